import { type DynamoDBClientResolvedConfig, GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { getEndpointFromInstructions } from '@smithy/core/endpoints';
import type { Dispatcher } from 'undici';
import { isAnswerTo, isErrorOf } from '../answer-check.js';
import { BadResponseError, isClockError, type Reply } from '../reply.js';
import { sdkTransport } from '../sdk-transport.js';
import { TokenRefresh } from '../token-refresh.js';
import type { Attempt, LeaveOut, Operation, Operations, Transport } from '../transport.js';
import { decodeOutput, encodeInput } from './operation-json.js';
import { createPool, post } from './post.js';
import { serviceError } from './service-error.js';
import { amzDate, canonicalPath, signer } from './sign.js';

const contentType = 'application/x-amz-json-1.0';

/**
 * Sends requests without the SDK's middleware, which is most of the cost of a call: JSON is written and read directly, requests are signed
 * here and sent by undici. The SDK still provides credentials, region, endpoint, clock offset and the meaning of errors. Its caller must
 * not have added middleware to the client.
 *
 * A search of vectors goes by the SDK as a whole: AWS serves it at endpoints of its own.
 *
 * @param maxSockets undefined: no limit
 */
export function leanTransport(client: DynamoDBDocumentClient, tableName: string, maxSockets?: number): Transport {
  const { config } = client;
  const tokens = new TokenRefresh(config.credentials);
  let target: Target | undefined;
  let resolving: Promise<Target> | undefined;

  /** Resolves the target once for all requests that need it; after a failure, the next attempt resolves it anew. */
  const resolve = (): Promise<Target> => {
    resolving ??= resolveTarget(config, tableName, maxSockets)
      .then((resolved) => {
        target = resolved;
        return resolved;
      })
      .finally(() => {
        resolving = undefined;
      });
    return resolving;
  };

  const send = async (operation: Operation, { input, body, leaveOut }: Encoded, attempt: Attempt): Promise<object> => {
    const { pool, host, path, canonicalPath, sign } = target ?? (await resolve());
    const credentials = tokens.held ?? (await tokens.fetch());
    const date = amzDate(Date.now() + config.systemClockOffset);
    const headers = ['content-type', contentType, 'host', host, 'x-amz-date', date];
    if (credentials.sessionToken !== undefined) headers.push('x-amz-security-token', credentials.sessionToken);
    headers.push('x-amz-target', `DynamoDB_20120810.${operation}`);
    const authorization = sign(credentials, date, { canonicalPath, headers, body });
    headers.push('authorization', authorization, 'user-agent', 'aws-starter-kit');
    const reply = await post(pool, { path, headers, body }, attempt);
    const isSuccess = reply.status < 300;
    const result = isSuccess ? decodeOutput(reply, leaveOut) : await serviceError(config, reply);
    if (isSuccess ? !isAnswerTo(operation, input, result) : !isErrorOf(input, result)) {
      target = undefined; // the replies to come on this connection may be off by one too: all further requests take new ones
      pool.close().catch(() => {}); // another attempt has closed it
      throw new BadResponseError('belongs to another request', reply);
    }
    if (isSuccess) return result;
    const { name } = result as Error;
    if (name === 'ExpiredTokenException') tokens.reject(credentials.sessionToken);
    if (isClockError(name)) await setClock(config, reply);
    throw result;
  };

  let bySdk: Transport | undefined;

  return <N extends Operation>(operation: N, input: Operations[N][0], leaveOut?: LeaveOut) => {
    if (operation === 'SearchVectors') {
      bySdk ??= sdkTransport(client);
      return bySdk(operation, input);
    }
    const encoded = { input, body: encodeInput(input), leaveOut };
    return (attempt) => send(operation, encoded, attempt) as Promise<Operations[N][1]>;
  };
}

interface Encoded {
  readonly input: object;
  readonly body: string;
  readonly leaveOut: LeaveOut | undefined;
}

interface Target {
  readonly pool: Dispatcher;
  readonly host: string;
  readonly path: string;
  readonly canonicalPath: string;
  readonly sign: ReturnType<typeof signer>;
}

/** Resolves endpoint and signing region by the SDK's own rules: endpoints of options, accounts, VPCs and configuration files. */
async function resolveTarget(
  config: DynamoDBClientResolvedConfig,
  TableName: string,
  maxSockets: number | undefined,
): Promise<Target> {
  const endpoint = await getEndpointFromInstructions({ TableName }, GetItemCommand, config);
  const { origin, host, pathname } = endpoint.url;
  const path = pathname.endsWith('/') ? pathname : `${pathname}/`;
  const [scheme] = (endpoint.properties?.authSchemes ?? []) as { signingRegion?: string }[];
  const region = scheme?.signingRegion ?? (await config.region());
  const pool = createPool(origin, maxSockets);
  return { pool, host, path, canonicalPath: canonicalPath(path), sign: signer(region, 'dynamodb') };
}

/** Signs from now on with the time of the reply, as the SDK does. */
async function setClock(config: DynamoDBClientResolvedConfig, { headers }: Reply): Promise<void> {
  const serverTime = Date.parse(String(headers.date));
  if (Number.isNaN(serverTime) || headers.age !== undefined || (await config.disableClockSkewCorrection?.())) return;
  config.systemClockOffset = serverTime - Date.now();
}
