/// <reference path="./undici-pool.d.ts" />
import { type DynamoDBClientResolvedConfig, GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { getEndpointFromInstructions } from '@smithy/core/endpoints';
// `undici` itself loads fetch, WebSocket and caches too: a fifth of a function's bundle
import Pool from 'undici/lib/dispatcher/pool.js';
import type { Operations, Transport } from '../transport.js';
import { decodeOutput, encodeInput } from './operation-json.js';
import { post, type Reply } from './post.js';
import { serviceError } from './service-error.js';
import { amzDate, canonicalPath, signer } from './sign.js';

/** As the SDK's handler has them in `createDynamoClient`. */
const connections = 128;
const connectionTimeoutMs = 1000;
/** How long an idle socket is kept where the server does not say. */
const keepAliveMs = 20_000;
const contentType = 'application/x-amz-json-1.0';

/**
 * DynamoDB without the SDK's middleware, which is most of what a call costs: JSON written and read straight, signed here, sent by undici. The
 * SDK still says who signs, in which region, where to, how wrong the clock is, and what an error means; so it needs a client without middleware of its user.
 */
export function leanTransport(client: DynamoDBDocumentClient, tableName: string): Transport {
  const { config } = client;
  let target: Promise<Target> | undefined;
  let refusedToken: string | undefined;
  return async (operation, input, attempt) => {
    if (!target) {
      target = resolveTarget(config, tableName);
      target.catch(() => {
        target = undefined; // the next call asks again
      });
    }
    const { pool, host, path, canonicalPath, sign } = await target;
    let credentials = await config.credentials();
    if (refusedToken !== undefined && credentials.sessionToken === refusedToken) {
      credentials = await config.credentials({ forceRefresh: true });
    }
    const body = encodeInput(input);
    const date = amzDate(Date.now() + config.systemClockOffset);
    const headers = ['content-type', contentType, 'host', host, 'x-amz-date', date];
    if (credentials.sessionToken !== undefined) headers.push('x-amz-security-token', credentials.sessionToken);
    headers.push('x-amz-target', `DynamoDB_20120810.${operation}`);
    const authorization = sign(credentials, date, { canonicalPath, headers, body });
    headers.push('authorization', authorization, 'user-agent', 'aws-starter-kit');
    const reply = await post(pool, { path, headers, body }, attempt);
    if (reply.status < 300) return decodeOutput(reply.body) as Operations[typeof operation][1];
    const error = await serviceError(config, reply);
    if (error.name === 'ExpiredTokenException') refusedToken = credentials.sessionToken;
    await learnTime(config, reply);
    throw error;
  };
}

interface Target {
  readonly pool: Pool;
  readonly host: string;
  readonly path: string;
  readonly canonicalPath: string;
  readonly sign: ReturnType<typeof signer>;
}

/** Where to send and for which region to sign, by the SDK's own rules: endpoints given, of accounts, of VPCs, of configuration files. */
async function resolveTarget(config: DynamoDBClientResolvedConfig, TableName: string): Promise<Target> {
  const endpoint = await getEndpointFromInstructions({ TableName }, GetItemCommand, config);
  const { origin, host, pathname } = endpoint.url;
  const path = pathname.endsWith('/') ? pathname : `${pathname}/`;
  const [scheme] = (endpoint.properties?.authSchemes ?? []) as { signingRegion?: string }[];
  const region = scheme?.signingRegion ?? (await config.region());
  const pool = new Pool(origin, {
    connections,
    connect: { timeout: connectionTimeoutMs },
    keepAliveTimeout: keepAliveMs,
    headersTimeout: 0, // the call has a deadline
    bodyTimeout: 0,
  });
  return { pool, host, path, canonicalPath: canonicalPath(path), sign: signer(region, 'dynamodb') };
}

/** A refusal tells the time: the next signature carries the server's, as the SDK does. */
async function learnTime(config: DynamoDBClientResolvedConfig, { headers }: Reply): Promise<void> {
  const serverTime = Date.parse(String(headers.date));
  if (Number.isNaN(serverTime) || headers.age !== undefined || (await config.disableClockSkewCorrection?.())) return;
  config.systemClockOffset = serverTime - Date.now();
}
