import { setTimeout as sleep } from 'node:timers/promises';
import { BatchGetCommand, type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { type DynamoModelOptions, tableOf } from '@aws-starter-kit/dynamo';
import { checkpointPrefix } from './checkpoint-id.js';
import { type Checkpoint, type Checkpoints, padded } from './checkpoints.js';

/** The table of the checkpoints, and whose they are. */
export interface TableCheckpointsOptions
  extends Pick<DynamoModelOptions, 'tableName' | 'region' | 'endpoint' | 'client'> {
  /** The name of the follower. Followers with different names each get all changes. 1 to 100 of a-z A-Z 0-9 _ . - */
  readonly name: string;
}

/** Finished shards are listed for 24 hours. A week leaves time to investigate problems. */
const keptSeconds = 7 * 24 * 60 * 60;
const idsInABatch = 100;
const longestPauseMs = 500;
/** Without this timeout, the SDK would wait for an answer forever. */
const requestTimeoutMs = 10_000;

/**
 * Keeps checkpoints in the table itself, one item for each shard. Models, scans and followers do not see these items.
 * They expire a week after their last change, if the table's time to live is on `expiresAt`. Each save costs a write
 * unit.
 * @throws TypeError for an invalid name
 */
export function tableCheckpoints({ name, ...options }: TableCheckpointsOptions): Checkpoints {
  if (!/^[\w.-]{1,100}$/.test(name)) {
    throw new TypeError(
      `The name of the checkpoints is ${JSON.stringify(name)}; it takes 1 to 100 of a-z A-Z 0-9 _ . -`,
    );
  }
  const idOf = (key: string) => `${checkpointPrefix}${name}#${key}`;
  return {
    async load(keys) {
      const found = new Map<string, Checkpoint>();
      for (let from = 0; from < keys.length; from += idsInABatch) {
        const ids = keys.slice(from, from + idsInABatch).map(idOf);
        for (const item of await getItems(tableOf(options), ids)) {
          const { id, position, isDone } = item as unknown as Checkpoint & { id: string };
          found.set(id.slice(idOf('').length), { position, isDone });
        }
      }
      return found;
    },

    async save(key, { position, isDone }) {
      const { client, tableName } = tableOf(options);
      const expiresAt = Math.floor(Date.now() / 1000) + keptSeconds;
      const request = new PutCommand({
        TableName: tableName,
        Item: { id: idOf(key), position, sortable: padded(position), isDone, expiresAt },
        ConditionExpression: 'attribute_not_exists(id) OR (isDone <> :done AND sortable <= :sortable)',
        ExpressionAttributeValues: { ':sortable': padded(position), ':done': true },
      });
      await client.send(request, { abortSignal: AbortSignal.timeout(requestTimeoutMs) }).catch((error: Error) => {
        if (error.name !== 'ConditionalCheckFailedException') throw error; // another follower is ahead
      });
    },
  };
}

async function getItems({ client, tableName }: { client: DynamoDBDocumentClient; tableName: string }, ids: string[]) {
  const items: Record<string, unknown>[] = [];
  let keys: Record<string, unknown>[] | undefined = ids.map((id) => ({ id }));
  while (keys && keys.length > 0) {
    const request: BatchGetCommand = new BatchGetCommand({
      RequestItems: { [tableName]: { Keys: keys, ConsistentRead: true } },
    });
    const { Responses, UnprocessedKeys } = await client.send(request, {
      abortSignal: AbortSignal.timeout(requestTimeoutMs),
    });
    items.push(...(Responses?.[tableName] ?? []));
    keys = UnprocessedKeys?.[tableName]?.Keys;
    if (keys?.length) await sleep(Math.random() * longestPauseMs); // back off: the table is throttled
  }
  return items;
}
