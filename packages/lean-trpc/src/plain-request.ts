import type { IncomingMessage } from 'node:http';
import { type AnyTRPCRouter, initTRPC } from '@trpc/server';
import type { TRPCRequestInfo } from '@trpc/server/http';
import type { FastifyRequest } from 'fastify';
import type { ClientWatch } from './client-watch.js';
import { type InputSource, LazyInputs } from './lazy-inputs.js';

type Call = TRPCRequestInfo['calls'][number];
export type PlainCall = Call & { procedure: NonNullable<Call['procedure']> };

/**
 * A request that contains only calls of existing queries, or only of existing mutations, or one subscription, with the
 * right method and content type.
 */
export interface PlainRequest {
  isBatchCall: boolean;
  calls: PlainCall[];
  type: 'query' | 'mutation' | 'subscription';
  /** The id of the last event that a reconnecting subscriber got; null for a new subscription. */
  lastEventId: string | null;
  /** Returns synchronously what `getRawInput` of a call resolves to. */
  readInput: (batchIndex: number) => unknown;
}

export interface PlainRequestOptions {
  router: AnyTRPCRouter;
  path: string;
  req: FastifyRequest;
  maxBatchSize?: number | undefined;
  allowBatching?: boolean | undefined;
  /** The older form of `allowBatching`. */
  batching?: { enabled: boolean } | undefined;
  allowMethodOverride?: boolean | undefined;
}

/** Returns the calls of a request, or undefined if it is not plain. Runs no procedure and parses no input. */
export function plainRequest(options: PlainRequestOptions): PlainRequest | undefined {
  const { router, req, maxBatchSize = Number.POSITIVE_INFINITY } = options;
  const allowBatching = options.allowBatching ?? options.batching?.enabled ?? true;
  const { headers, url = '', method, readableEnded } = req.raw;
  const { accept, 'content-type': contentType } = headers;
  const host = hostOf(req.raw);
  const isPost = method === 'POST';
  const isJson = contentType === undefined ? !isPost : /^application\/json *(;|$)/i.test(contentType);
  if (!isJson || !(isPost || method === 'GET') || headers['trpc-accept'] !== undefined) return;
  if (accept?.includes('application/jsonl') || host.includes('@') || !/^\/[!-~]*$/.test(url) || url.includes('#'))
    return;
  if (!isUrl(url, host) || !isSupported(router)) return;

  const queryAt = url.indexOf('?');
  const query = readQuery(queryAt < 0 ? '' : url.slice(queryAt + 1));
  const { isBatchCall } = query;
  const path = decode(options.path);
  const body = isPost ? req.body : undefined;
  // tRPC reads a body that no parser has read from the stream, and removes a byte order mark
  const isReadable = body === undefined ? !isPost || readableEnded : typeof body === 'string' && body[0] !== '\ufeff';
  if (path === undefined || !isReadable || (isBatchCall && !allowBatching) || query.hasConnectionParams) return;
  const paths = isBatchCall ? path.split(',') : [path];
  if (paths.length > maxBatchSize) return;

  const source: InputSource = { text: isPost ? body : query.input, router, isBatchCall, count: paths.length };
  const inputs = new LazyInputs(source);
  let lastEventId: string | null = null;
  const calls: PlainCall[] = [];
  let type: PlainCall['procedure']['_def']['type'] | undefined;
  for (let batchIndex = 0; batchIndex < paths.length; batchIndex++) {
    const path = paths[batchIndex] as string;
    const { procedures } = router._def;
    const procedure = Object.hasOwn(procedures, path) && (procedures[path as never] as PlainCall['procedure']);
    if (typeof procedure !== 'function') return; // unknown, or not loaded yet
    type ??= procedure._def.type;
    if (type !== procedure._def.type) return;
    if (type === 'subscription') lastEventId = headers['last-event-id']?.toString() ?? query.lastEventId;
    const getRawInput = async () => readInput(batchIndex);
    const result = () => inputs.result?.[batchIndex];
    calls.push({ batchIndex, path, procedure, getRawInput, result });
  }
  const isRightMethod = isPost ? type === 'mutation' || options.allowMethodOverride === true : type !== 'mutation';
  if (type === undefined || !isRightMethod) return;
  if (type === 'subscription' && (isBatchCall || isPost || !isLean(router._def._config.sse))) return;
  return { isBatchCall, calls, type, lastEventId, readInput };

  function readInput(batchIndex: number): unknown {
    const input = inputs.read()[batchIndex];
    return lastEventId ? withLastEventId(input, lastEventId) : input;
  }
}

/** Returns whether the settings of subscriptions need only events and pings. */
const isLean = ({ enabled = true, maxDurationMs, emitAndEndImmediately = false }: SSEOptions = {}) =>
  enabled && !maxDurationMs && !emitAndEndImmediately;

type SSEOptions = NonNullable<AnyTRPCRouter['_def']['_config']['sse']>;

/** Adds the id of the last event to an input, like tRPC. */
function withLastEventId(input: unknown, lastEventId: string): unknown {
  const isObject = typeof input === 'object' && input !== null && !Array.isArray(input);
  return isObject ? { ...input, lastEventId } : (input ?? { lastEventId });
}

let isSupportedVersion: boolean | undefined;

/**
 * Returns whether this package knows the answers of the router's version of tRPC: 11.25 or later. Earlier versions
 * differ in headers, status codes and error messages. tRPC does not export its version. `pathSeparator` came with
 * 11.25, and is read both from the router and from the tRPC that this package imports: there may be two copies.
 *
 * With a separator other than `.`, paths would have to be translated.
 */
function isSupported(router: AnyTRPCRouter): boolean {
  isSupportedVersion ??= 'pathSeparator' in initTRPC.create()._config;
  return isSupportedVersion && router._def._config.pathSeparator === '.';
}

/** Returns the host that a request names; HTTP/2 has a field of its own for it. */
const hostOf = ({ headers }: IncomingMessage): string =>
  headers.host ?? headers[':authority']?.toString() ?? 'localhost';

/** The last valid host. Clients use few hosts, and parsing a URL costs more than everything else here. */
let lastValidHost: string | undefined;

/**
 * Returns whether host and path form a valid URL. With a valid host, only a path that begins with another host (`//`,
 * `/\\`) can be invalid.
 */
function isUrl(url: string, host: string): boolean {
  if (host === lastValidHost && url[1] !== '/' && url[1] !== '\\') return true;
  if (!URL.canParse(url, `http://${host}`)) return false; // https has no other rules
  lastValidHost = host;
  return true;
}

function decode(path: string): string | undefined {
  if (!path.includes('%')) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

/** Parses the parameters of tRPC. The form that clients send takes half the time that URLSearchParams takes. */
function readQuery(query: string) {
  const [, batch, text] = /^(batch=1&)?input=([^&+]*)$/.exec(query) ?? [];
  const input = text === undefined ? undefined : decode(text);
  if (input !== undefined)
    return { isBatchCall: batch !== undefined, input, hasConnectionParams: false, lastEventId: null };
  const parameters = new URLSearchParams(query);
  return {
    isBatchCall: parameters.get('batch') === '1',
    input: parameters.get('input'),
    hasConnectionParams: parameters.has('connectionParams'),
    lastEventId: parameters.get('lastEventId') ?? parameters.get('Last-Event-Id'),
  };
}

/**
 * tRPC's description of a request. It creates its URL and its signal when they are read, and is a class because a getter
 * on each object would cause garbage collection pauses of 6 ms.
 */
export class PlainInfo implements TRPCRequestInfo {
  readonly accept = null;
  readonly connectionParams = null;
  readonly isBatchCall: boolean;
  readonly calls: PlainCall[];
  readonly type: PlainRequest['type'];
  readonly #client: ClientWatch;
  readonly #request: IncomingMessage;

  constructor(request: IncomingMessage, client: ClientWatch, { isBatchCall, calls, type }: PlainRequest) {
    this.#request = request;
    this.isBatchCall = isBatchCall;
    this.calls = calls;
    this.type = type;
    this.#client = client;
  }

  get signal(): AbortSignal {
    return this.#client.signal;
  }

  get url(): URL {
    const { headers, socket, url = '' } = this.#request;
    const isEncrypted = headers[':scheme'] === 'https' || Object(socket).encrypted === true;
    return new URL(url, `${isEncrypted ? 'https' : 'http'}://${hostOf(this.#request)}`);
  }
}
