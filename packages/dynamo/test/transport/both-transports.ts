import { createDynamoClient } from '../../src/index.js';
import { leanTransport } from '../../src/transport/lean/lean-transport.js';
import { serviceOf } from '../../src/transport/lean/sdk.js';
import { sdkTransport } from '../../src/transport/sdk-transport.js';
import type { Attempt, Transport } from '../../src/transport/transport.js';
import { scriptedServer } from '../scripted-server.js';
import { rawServer } from './raw-server.js';

export const tableName = 'users';
export const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret' };
type Client = ReturnType<typeof createDynamoClient>;

/** Both transports, for `describe.each`. */
export const transports: [string, (client: Client) => Transport][] = [
  ['the SDK transport', sdkTransport],
  ['the lean transport', (client) => leanTransport(serviceOf(client, tableName))],
];

export const clientOf = (endpoint: string, options: Parameters<typeof createDynamoClient>[0] = {}): Client =>
  createDynamoClient({ endpoint, region: 'us-east-1', credentials, ...options });

export const newAttempt = (): Attempt => ({ isOver: false, isSent: false });

export const key = { TableName: tableName, Key: { id: 'a' } };
export const get = (transport: Transport) => transport('GetItem', key)(newAttempt());

/** The error of a promise, or undefined if there is none. */
export const errorOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

const stops: (() => Promise<unknown>)[] = [];

/** A scripted server until `stopServers`. */
export async function serve(...args: Parameters<typeof scriptedServer>) {
  const server = await scriptedServer(...args);
  stops.push(server.stop);
  return server;
}

/** A raw server until `stopServers`. */
export async function serveRaw(...args: Parameters<typeof rawServer>) {
  const server = await rawServer(...args);
  stops.push(server.stop);
  return server;
}

/** Stops the servers of a test: for `afterEach`. */
export const stopServers = () => Promise.all(stops.splice(0).map((stop) => stop()));
