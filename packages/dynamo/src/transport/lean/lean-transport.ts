import type { Dispatcher } from 'undici';
import { isAnswerTo, isErrorOf } from '../answer-check.js';
import { lateTransport } from '../late-transport.js';
import { BadResponseError, errorType, isClockError, type Reply } from '../reply.js';
import { TokenRefresh } from '../token-refresh.js';
import type { Attempt, LeaveOut, Operation, Operations, Transport } from '../transport.js';
import { decodeOutput, encodeInput } from './operation-json.js';
import { createPool, post } from './post.js';
import { sdkParts } from './sdk.js';
import type { FindService, Service } from './service.js';
import { amzDate, canonicalPath, signer } from './sign.js';

const contentType = 'application/x-amz-json-1.0';

/**
 * Sends requests without the SDK's middleware, which is most of the cost of a call: JSON is written and read directly, requests are signed
 * here and sent by undici. The SDK still reads errors. It also finds credentials, region and endpoint, unless the environment variables are enough.
 * It is loaded when it is first needed. The caller must not have added middleware to the client of the service.
 *
 * A search of vectors goes by the SDK as a whole: AWS serves it at endpoints of its own.
 *
 * @param maxSockets default: no limit
 */
export function leanTransport(find: FindService, maxSockets?: number): Transport {
  let tokens: Target['tokens'] | undefined;
  let target: Target | undefined;
  let resolving: Promise<Target> | undefined;

  /** Resolves the target once for all requests that wait for it. After a failure, the next attempt resolves it again. */
  const resolve = (): Promise<Target> => {
    resolving ??= find()
      .then((service) => {
        tokens ??= new TokenRefresh(service.credentials); // kept with what it knows of rejected tokens
        target = targetOf(service, tokens, maxSockets);
        return target;
      })
      .finally(() => {
        resolving = undefined;
      });
    return resolving;
  };

  const send = async (operation: Operation, { input, body, leaveOut }: Encoded, attempt: Attempt): Promise<object> => {
    const { service, tokens, pool, host, path, canonicalPath, sign } = target ?? (await resolve());
    const credentials = tokens.held ?? (await tokens.fetch());
    const date = amzDate(Date.now() + service.clock.systemClockOffset);
    const headers = ['content-type', contentType, 'host', host, 'x-amz-date', date];
    if (credentials.sessionToken !== undefined) headers.push('x-amz-security-token', credentials.sessionToken);
    headers.push('x-amz-target', `DynamoDB_20120810.${operation}`);
    const authorization = sign(credentials, date, { canonicalPath, headers, body });
    headers.push('authorization', authorization, 'user-agent', 'aws-starter-kit');
    const reply = await post(pool, { path, headers, body }, attempt);
    const isSuccess = reply.status < 300;
    const result = isSuccess ? decodeOutput(reply, leaveOut) : await errorIn(service, reply, attempt);
    if (isSuccess ? !isAnswerTo(operation, input, result) : !isErrorOf(input, result)) {
      target = undefined; // the replies to come on this connection may be off by one too: all further requests take new ones
      pool.close().catch(() => {}); // another attempt has closed it
      throw new BadResponseError('belongs to another request', reply);
    }
    if (isSuccess) return result;
    const { name } = result as Error;
    if (name === 'ExpiredTokenException') tokens.reject(credentials.sessionToken);
    if (isClockError(name)) await setClock(service, reply);
    throw result;
  };

  const bySdk = lateTransport(async () => {
    const [{ service }, { sdkTransport }] = await Promise.all([target ?? resolve(), sdkParts.load()]);
    return sdkTransport(await service.client());
  });

  return <N extends Operation>(operation: N, input: Operations[N][0], leaveOut?: LeaveOut) => {
    if (operation === 'SearchVectors') return bySdk(operation, input);
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
  readonly service: Service;
  readonly tokens: TokenRefresh<Awaited<ReturnType<Service['credentials']>>>;
  readonly pool: Dispatcher;
  readonly host: string;
  readonly path: string;
  readonly canonicalPath: string;
  readonly sign: ReturnType<typeof signer>;
}

function targetOf(service: Service, tokens: Target['tokens'], maxSockets: number | undefined): Target {
  const { origin, host, pathname } = service.url;
  const path = pathname.endsWith('/') ? pathname : `${pathname}/`;
  const pool = createPool(origin, maxSockets);
  const sign = signer(service.region, 'dynamodb');
  return { service, tokens, pool, host, path, canonicalPath: canonicalPath(path), sign };
}

/** Returns the error in a reply as the SDK reads it. @throws BadResponseError for a reply that is not DynamoDB's */
async function errorIn(service: Service, reply: Reply, attempt: Attempt): Promise<Error> {
  errorType(reply);
  attempt.onAnswer?.(); // to load the SDK may take longer than is left: a rejection must not become an unknown outcome
  const { serviceError } = sdkParts.loaded ?? (await sdkParts.load());
  return serviceError((await service.client()).config, reply);
}

/** Signs from now on with the time of the reply, as the SDK does. */
async function setClock({ clock, client }: Service, { headers }: Reply): Promise<void> {
  const serverTime = Date.parse(String(headers.date));
  if (Number.isNaN(serverTime) || headers.age !== undefined) return;
  if (await (await client()).config.disableClockSkewCorrection?.()) return;
  clock.systemClockOffset = serverTime - Date.now();
}
