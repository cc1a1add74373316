import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { type FaultyHandler, faultyHandler } from '@aws-starter-kit/dynamo-faults';
import { createTRPCClient, httpBatchLink, httpLink, type TRPCClient, TRPCClientError } from '@trpc/client';
import { expect } from 'vitest';
import { freshTable } from '../../../test/fresh-table.js';
import { type AppDependencies, buildApp } from '../src/app.js';
import type { AppRouter, MaxBatchSize } from '../src/index.js';
import { makeServices } from '../src/services.js';
import { capturedLogger, type LogLine } from './captured-logger.js';
import { adminToken, asAdmin, authenticate } from './local-tokens.js';

export interface RunningApi {
  /** Where it listens, such as `http://127.0.0.1:49152`. */
  url: string;
  /** A token that allows everything; the clients send it. */
  token: string;
  /** One HTTP request a call. */
  client: TRPCClient<AppRouter>;
  /** All calls of one tick in one HTTP request. */
  batching: TRPCClient<AppRouter>;
  tableName: string;
  /** The client of the API. */
  documentClient: Awaited<ReturnType<typeof freshTable>>['client'];
  /** What the API logged, at DEBUG. */
  lines: LogLine[];
  /** Counts the API's requests to the engine, and makes them fail. */
  database: FaultyHandler;
  /** The ids of all items in the table, claims included. */
  itemIds(): Promise<string[]>;
  stop(): Promise<void>;
}

/** The API on a free port, on a table of its own. */
export async function runningApi(settings: Partial<AppDependencies> = {}): Promise<RunningApi> {
  const database = faultyHandler({ rules: [], record: true });
  const { client, tableName } = await freshTable({ requestHandler: database });
  const { logger, lines } = capturedLogger();
  const app = buildApp({
    logger,
    authenticate,
    services: (logger) => makeServices({ client, tableName, logger }),
    ...settings,
  });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const maxItems: MaxBatchSize = 20;
  return {
    url,
    token: adminToken,
    client: createTRPCClient({ links: [httpLink({ url: `${url}/trpc`, headers: asAdmin })] }),
    batching: createTRPCClient({ links: [httpBatchLink({ url: `${url}/trpc`, maxItems, headers: asAdmin })] }),
    tableName,
    documentClient: client,
    lines,
    database,
    itemIds: async () => {
      const { Items = [] } = await client.send(new ScanCommand({ TableName: tableName, ConsistentRead: true }));
      return Items.map((item) => String(item.id)).sort();
    },
    stop: async () => {
      await app.close();
      client.destroy();
    },
  };
}

/** The error that a call ends with, as a client sees it. */
export async function errorOf(call: Promise<unknown>) {
  const error = await call.then(
    () => expect.unreachable('the call should have failed'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof TRPCClientError)) throw error;
  const { message, data } = error as TRPCClientError<AppRouter>;
  if (!data) throw error;
  return { message, ...data };
}
