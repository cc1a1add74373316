import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createDynamoClient } from '@aws-starter-kit/dynamo';
import { explainFailure, type Place, placeName, TargetNotConfirmedError, targetOf } from '@aws-starter-kit/table';
import { UserModel, UserService } from '@aws-starter-kit/users';
import { FileProblem } from './file-problem.js';
import { Interruption, isBrokenPipe, type Output } from './output.js';
import { RejectedError } from './rejected-error.js';

/** The options of every command that uses the table directly. */
export interface TableSettings {
  table: string;
  aws?: boolean;
  url: string;
  output: Output;
}

/** The resources of a command. */
export interface TableTask {
  users: UserService;
  client: DynamoDBDocumentClient;
  tableName: string;
  /** The table and its endpoint, for messages. */
  table: string;
  /** The endpoint; undefined for AWS itself. */
  endpoint: string | undefined;
  signal: AbortSignal;
}

/**
 * Runs a task with the user service of a table. Explains a failure in one line.
 * @param next completes "the same command …" for an interrupted task
 */
export async function withTable<R>(
  { table: tableName, aws, url }: TableSettings,
  next: string,
  run: (task: TableTask) => Promise<R>,
): Promise<R> {
  process.env.LOG_LEVEL = 'ERROR'; // stdout is reserved for the result
  const place: Place = { tableName, region: '', endpoint: undefined };
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
  try {
    const { endpoint } = targetOf({ aws, apiUrl: url });
    place.endpoint = endpoint;
    const client = createDynamoClient(endpoint === undefined ? {} : { endpoint });
    place.region = await client.config.region();
    const users = new UserService({ model: new UserModel({ client, tableName }) });
    const table = `${tableName} at ${placeName(place)}`;
    const result = await run({ users, client, tableName, table, endpoint, signal: interrupted.signal });
    client.destroy();
    return result;
  } catch (error) {
    if (interrupted.signal.aborted) throw new Interruption(`Interrupted: the same command ${next}.`);
    if (error instanceof FileProblem || error instanceof RejectedError || isBrokenPipe(error)) throw error;
    if (error instanceof TargetNotConfirmedError) throw new FileProblem(error.message, { cause: error });
    const advice = temporary.has(Object(error).code) ? `; the same command ${next}` : '';
    throw new FileProblem(`${explainFailure(error, place)}${advice}`, { cause: error });
  }
}

const temporary: ReadonlySet<unknown> = new Set([
  'THROTTLED',
  'DEADLINE_EXCEEDED',
  'DATABASE_UNAVAILABLE',
  'WRITE_OUTCOME_UNKNOWN',
]);
