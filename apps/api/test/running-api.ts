import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { type FaultyHandler, faultyHandler } from '@aws-starter-kit/dynamo-faults';
import { createTRPCClient, httpBatchLink, httpLink, type TRPCClient, TRPCClientError } from '@trpc/client';
import { expect } from 'vitest';
import { freshTable } from '../../../test/fresh-table.js';
import { type AppDependencies, buildApp } from '../src/app.js';
import type { AppRouter, MaxBatchSize } from '../src/index.js';
import { capturedLogger, type LogLine } from './captured-logger.js';
import { capturedTrail } from './captured-trail.js';
import { adminToken, asAdmin, authenticate } from './local-tokens.js';

export interface RunningApi {
  /** Its URL, such as `http://127.0.0.1:49152`. */
  url: string;
  /** A token with every permission; the clients send it. */
  token: string;
  /** Sends one HTTP request a call. */
  client: TRPCClient<AppRouter>;
  /** Sends all calls of one tick in one HTTP request. */
  batching: TRPCClient<AppRouter>;
  tableName: string;
  /** The DynamoDB client of the API. */
  documentClient: Awaited<ReturnType<typeof freshTable>>['client'];
  /** The DynamoDB client of the test itself, for what the API may not do. */
  patient: Awaited<ReturnType<typeof freshTable>>['patient'];
  /** The log of the API, at DEBUG. */
  lines: LogLine[];
  /** The lines of the audit trail. */
  audit: Record<string, unknown>[];
  /** Counts the API's requests to the engine, and injects faults. */
  database: FaultyHandler;
  /** Returns the ids of all items in the table, claims included. */
  itemIds(): Promise<string[]>;
  stop(): Promise<void>;
}

/** Starts the API on a free port, with a table of its own. */
export async function runningApi(settings: Partial<AppDependencies> = {}): Promise<RunningApi> {
  const database = faultyHandler({ rules: [], record: true });
  const { client, patient, tableName } = await freshTable({ requestHandler: database });
  const { logger, lines } = capturedLogger();
  const { audit, trail } = capturedTrail();
  const app = buildApp({
    logger,
    audit,
    authenticate,
    table: { client, tableName },
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
    patient,
    lines,
    audit: trail,
    database,
    itemIds: async () => {
      const { Items = [] } = await patient.send(new ScanCommand({ TableName: tableName, ConsistentRead: true }));
      return Items.map((item) => String(item.id)).sort();
    },
    stop: async () => {
      await app.close();
      client.destroy();
    },
  };
}

/** Returns the error of a call, as a client sees it. */
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
