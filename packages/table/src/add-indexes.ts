import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeTableCommand,
  type DynamoDBClient,
  type TableDescription,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import type { IndexDefinition, TableOptions, VectorIndexDefinition } from '@aws-starter-kit/dynamo';
import { indexPlan } from './index-plan.js';

/** The state of the index that DynamoDB is building. */
export interface IndexProgress {
  readonly index: string;
  readonly state: 'being set up' | 'being filled' | 'ready';
  /** Since this process first saw the index. */
  readonly seconds: number;
}

export interface AddIndexesOptions {
  readonly client: Pick<DynamoDBClient, 'send'>;
  readonly tableName: string;
  /** Number of indexes, from 1 to 20. @default DYNAMODB_INDEXES, else 2 */
  readonly indexes?: number | undefined;
  /** The vector indexes. @default DYNAMODB_VECTORS, else none */
  readonly vectors?: TableOptions['vectors'];
  /** Ends the waiting. DynamoDB goes on with the index that it is building, and a second call waits for it. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: IndexProgress) => void) | undefined;
}

const firstPollMs = 100;
const longestPollMs = 5000;

/** So long are DynamoDB's own failures (status 5xx) tried again; no step can be done twice. */
const patienceWithFailuresMs = 60_000;

/**
 * Adds the indexes that a table lacks, in their order: each only when the one before is ACTIVE, since DynamoDB builds one at a time. Never
 * changes or deletes an index. Each step follows from the state of the table alone, so a call can be interrupted, and beside another one.
 *
 * @returns the names of the indexes that this call added
 * @throws Error for a table that does not fit (see `indexPlan`); the signal's reason; errors of the SDK
 */
export async function addIndexes(options: AddIndexesOptions): Promise<string[]> {
  try {
    return await addOneByOne(options);
  } catch (error) {
    options.signal?.throwIfAborted(); // the SDK and timers have errors of their own for it
    throw error;
  }
}

async function addOneByOne({
  client,
  tableName,
  indexes,
  vectors,
  signal,
  onProgress,
}: AddIndexesOptions): Promise<string[]> {
  const added: string[] = [];
  let current = { index: '', since: 0 };
  let pollMs = firstPollMs;
  let failure: { index: string; since: number } | undefined;
  for (;;) {
    const table = await describeTable(client, tableName, signal);
    const { missingVectors, building, ...plan } = indexPlan(table, indexes, vectors);
    const missing = [...plan.missing, ...missingVectors];
    if (failure && missing[0]?.IndexName !== failure.index) {
      added.push(failure.index); // the request that failed took effect
      failure = undefined;
    }
    const isReady = table.TableStatus === 'ACTIVE' && building.length === 0;
    const index = building[0] ?? current.index;
    if (index !== current.index) current = { index, since: performance.now() };
    if (index)
      onProgress?.({ index, state: stateOf(table, index), seconds: (performance.now() - current.since) / 1000 });
    if (isReady) {
      const [next] = missing;
      if (!next) return added;
      signal?.throwIfAborted();
      current = { index: next.IndexName, since: performance.now() };
      pollMs = firstPollMs;
      try {
        if (await createIndex(client, table, next, signal)) {
          added.push(next.IndexName);
          failure = undefined;
        }
      } catch (error) {
        failure ??= { index: next.IndexName, since: performance.now() };
        const isOver = performance.now() - failure.since > patienceWithFailuresMs;
        if (isOver || (error as { $fault?: unknown }).$fault !== 'server') throw error;
      }
    }
    await sleep(pollMs, undefined, signal && { signal });
    pollMs = Math.min(longestPollMs, pollMs * 1.5);
  }
}

/** Returns the state of a table. */
export async function describeTable(
  client: Pick<DynamoDBClient, 'send'>,
  TableName: string,
  abortSignal?: AbortSignal,
): Promise<TableDescription> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName }), abortSignal && { abortSignal });
  const { TableStatus = 'ACTIVE' } = Table ?? {};
  if (Table && /^(ACTIVE|CREATING|UPDATING)$/.test(TableStatus)) return Table;
  throw new Error(`Table ${TableName} is ${TableStatus}: nothing can be added to it`);
}

function stateOf(
  { GlobalSecondaryIndexes = [], VectorIndexes = [] }: TableDescription,
  name: string,
): IndexProgress['state'] {
  const index = [...GlobalSecondaryIndexes, ...VectorIndexes].find(({ IndexName }) => IndexName === name);
  if (index?.IndexStatus === 'ACTIVE') return 'ready';
  return index?.Backfilling ? 'being filled' : 'being set up';
}

/** Returns false if another process was faster, or an earlier attempt of this request took effect. */
async function createIndex(
  client: Pick<DynamoDBClient, 'send'>,
  { TableName, ProvisionedThroughput: throughput }: TableDescription,
  index: IndexDefinition | VectorIndexDefinition,
  abortSignal: AbortSignal | undefined,
): Promise<boolean> {
  const { ReadCapacityUnits = 0, WriteCapacityUnits = 0 } = throughput ?? {};
  const isProvisioned = WriteCapacityUnits > 0;
  const request = new UpdateTableCommand({
    TableName,
    AttributeDefinitions: keysOf(index).map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    ...('KeySchema' in index
      ? {
          GlobalSecondaryIndexUpdates: [
            {
              Create: {
                ...index,
                ...(isProvisioned && { ProvisionedThroughput: { ReadCapacityUnits, WriteCapacityUnits } }),
              },
            },
          ],
        }
      : { VectorIndexUpdates: [{ Create: index }] }),
  });
  try {
    await client.send(request, abortSignal && { abortSignal });
    return true;
  } catch (error) {
    if (isUnderway(error as Error)) return false;
    throw error;
  }
}

const keysOf = (index: IndexDefinition | VectorIndexDefinition): (string | undefined)[] =>
  ('KeySchema' in index ? index.KeySchema : (index.SearchSchema ?? [])).map(({ AttributeName }) => AttributeName);

/** True for the errors by which AWS and the engines say that the index exists, or that another one is being built. */
const isUnderway = ({ name, message }: Error): boolean =>
  name === 'ResourceInUseException' || /simultaneously|already exists/i.test(message);
