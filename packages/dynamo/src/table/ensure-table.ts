import { setTimeout as sleep } from 'node:timers/promises';
import { CreateTableCommand, DescribeTableCommand, type TableDescription } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { checkedTableName } from '../connection/environment.js';
import { tableOf } from '../connection/shared-client.js';
import { IndexNotFoundError, StreamNotEnabledError, VectorSearchUnsupportedError } from '../errors.js';
import type { DynamoModelOptions } from '../options.js';
import { claimsCompleteMarkerId } from '../write/unique-claims.js';
import { missingIndexes, missingVectorIndexes } from './missing-indexes.js';
import { streamSpecification, type TableDefinition, type TableOptions, tableDefinition } from './table-definition.js';

const pollMs = 200;
const longestWaitMs = 120_000;

export interface EnsureTableOptions extends DynamoModelOptions, TableOptions {}

/**
 * Creates the table if it is missing, and waits until it and its indexes are ACTIVE. A table that it creates gets the marker item, by which
 * models know that every unique value has its claim.
 *
 * @throws TypeError for an invalid name or option; IndexNotFoundError for a table of that name that lacks an index; StreamNotEnabledError for one
 *   that lacks its stream; VectorSearchUnsupportedError for an engine without vector indexes; Error for one with other keys, naming them, or that is not ACTIVE within two minutes
 */
export async function ensureTable(options: EnsureTableOptions = {}): Promise<'created' | 'exists'> {
  const { client, tableName } = tableOf(options);
  if (!tableName.startsWith('arn:')) checkedTableName(tableName); // an ARN identifies a table, but none can be created by it
  const definition = tableDefinition(tableName, options);
  const isThere = (await describe(client, tableName)) !== undefined;
  const isOurs = !isThere && (await create(client, definition));
  await waitUntilActive(client, definition);
  if (!isOurs) return 'exists';
  await client.send(new PutCommand({ TableName: tableName, Item: { id: claimsCompleteMarkerId } }));
  return 'created';
}

async function describe(client: DynamoDBDocumentClient, TableName: string): Promise<TableDescription | undefined> {
  try {
    return (await client.send(new DescribeTableCommand({ TableName }))).Table;
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

/** Returns false where another process was faster; that one writes the marker. */
async function create(client: DynamoDBDocumentClient, definition: TableDefinition): Promise<boolean> {
  try {
    checkedTableName(definition.TableName);
    await client.send(new CreateTableCommand(definition));
    return true;
  } catch (error) {
    const { name, message } = error as Error;
    if (name === 'ResourceInUseException') return false;
    // an engine without vector indexes ignores them, and then finds that nothing uses the attributes of their keys
    if (
      definition.VectorIndexes &&
      name === 'ValidationException' &&
      /number of attributes in key ?schema/i.test(message)
    ) {
      throw new VectorSearchUnsupportedError({ cause: error });
    }
    throw error;
  }
}

async function waitUntilActive(client: DynamoDBDocumentClient, definition: TableDefinition): Promise<void> {
  const { TableName: tableName } = definition;
  const until = performance.now() + longestWaitMs;
  while (performance.now() < until) {
    const table = await describe(client, tableName);
    if (table && isActive(table)) {
      const [missing] = [...missingIndexes(table, definition), ...missingVectorIndexes(table, definition)];
      if (missing) throw new IndexNotFoundError(tableName, missing.IndexName, false);
      if (definition.StreamSpecification) checkStream(tableName, table);
      return;
    }
    await sleep(pollMs);
  }
  throw new Error(
    `Table ${tableName} is not ACTIVE after ${longestWaitMs / 1000} s: look at it in the AWS console, then try again`,
  );
}

/** @throws StreamNotEnabledError unless the table has a stream with both images */
function checkStream(tableName: string, { StreamSpecification: stream }: TableDescription): void {
  const view = stream?.StreamEnabled ? stream.StreamViewType : undefined;
  if (view !== streamSpecification.StreamViewType) throw new StreamNotEnabledError(tableName, view);
}

const isActive = ({ TableStatus, GlobalSecondaryIndexes = [], VectorIndexes = [] }: TableDescription) =>
  TableStatus === 'ACTIVE' &&
  [...GlobalSecondaryIndexes, ...VectorIndexes].every(
    ({ IndexStatus = 'ACTIVE', Backfilling = false }) => IndexStatus === 'ACTIVE' && !Backfilling,
  );
