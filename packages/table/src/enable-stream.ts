import { setTimeout as sleep } from 'node:timers/promises';
import { type DynamoDBClient, type TableDescription, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { streamSpecification } from '@aws-starter-kit/dynamo';
import { describeTable } from './add-indexes.js';

export interface EnableStreamOptions {
  readonly client: Pick<DynamoDBClient, 'send'>;
  readonly tableName: string;
}

/** The stream of a table, and whether this call turned it on. */
export interface EnabledStream {
  readonly arn: string;
  readonly isNew: boolean;
}

const pollMs = 200;
const longestWaitMs = 120_000;

/**
 * Turns on the stream of a table, with the item before and after each change, and waits until it is active. A stream
 * that nobody reads costs nothing. Repeated and concurrent calls are safe.
 * @throws Error for a stream with other images, or one that is not active within two minutes; errors of the SDK
 */
export async function enableStream({ client, tableName }: EnableStreamOptions): Promise<EnabledStream> {
  const present = streamOf(await describeTable(client, tableName));
  const isNew = present === undefined && (await enable(client, tableName));
  const until = performance.now() + longestWaitMs;
  while (performance.now() < until) {
    const table = await describeTable(client, tableName);
    const arn = streamOf(table);
    if (arn !== undefined && table.TableStatus === 'ACTIVE') return { arn, isNew };
    await sleep(pollMs);
  }
  throw new Error(
    `Table ${tableName} still has no active stream after ${longestWaitMs / 1000} s: check its status (aws dynamodb describe-table --table-name ${tableName}), then run the command again`,
  );
}

/** @throws Error for a stream with other images, which cannot be changed */
function streamOf({ TableName, StreamSpecification: stream, LatestStreamArn }: TableDescription): string | undefined {
  if (!stream?.StreamEnabled) return undefined;
  if (stream.StreamViewType === streamSpecification.StreamViewType) return LatestStreamArn;
  throw new Error(
    `The stream of table ${TableName} holds ${stream.StreamViewType}, which cannot be changed: once no other reader needs it, turn it off (aws dynamodb update-table --table-name ${TableName} --stream-specification StreamEnabled=false), then run the command again`,
  );
}

/** Returns false if another process has turned on the stream. */
async function enable(client: Pick<DynamoDBClient, 'send'>, TableName: string): Promise<boolean> {
  try {
    await client.send(new UpdateTableCommand({ TableName, StreamSpecification: streamSpecification }));
    return true;
  } catch (error) {
    const { name, message } = error as Error;
    if (name === 'ResourceInUseException' || /already has an enabled stream/i.test(message)) return false;
    throw error;
  }
}
