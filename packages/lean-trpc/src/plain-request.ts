import { type AnyTRPCRouter, TRPCError } from '@trpc/server';
import type { TRPCRequestInfo } from '@trpc/server/http';
import type { FastifyRequest } from 'fastify';

/** A request that holds nothing but calls of queries, or of mutations, that exist, sent as they should be. */
export type PlainRequest = Omit<TRPCRequestInfo, 'signal' | 'calls' | 'type'> & {
  calls: PlainCall[];
  type: 'query' | 'mutation' | 'subscription';
};
type Call = TRPCRequestInfo['calls'][number];
export type PlainCall = Call & {
  procedure: NonNullable<Call['procedure']>;
  /** What `getRawInput` resolves with. */
  readInput: () => unknown;
};

export interface PlainRequestOptions {
  router: AnyTRPCRouter;
  path: string;
  req: FastifyRequest;
  maxBatchSize?: number | undefined;
  allowBatching?: boolean | undefined;
  allowMethodOverride?: boolean | undefined;
}

/** What a request asks for; undefined if anything about it is not plain. Runs nothing, reads no input. */
export function plainRequest(options: PlainRequestOptions): PlainRequest | undefined {
  const { router, req, maxBatchSize = Number.POSITIVE_INFINITY, allowBatching = true } = options;
  const { headers, url = '', method } = req.raw;
  const { host = 'localhost', accept, 'content-type': contentType } = headers;
  const isPost = method === 'POST';
  const isJson = contentType === undefined ? !isPost : /^application\/json *(;|$)/i.test(contentType);
  if (!isJson || !(isPost || method === 'GET') || headers['trpc-accept'] !== undefined) return;
  if (accept?.includes('application/jsonl') || host.includes('@') || !/^\/[!-~]*$/.test(url) || url.includes('#'))
    return;
  if (!isUrl(url, host) || router._def._config.pathSeparator !== '.') return;

  const queryAt = url.indexOf('?');
  const query = readQuery(queryAt < 0 ? '' : url.slice(queryAt + 1));
  const { isBatchCall } = query;
  const path = decoded(options.path);
  const body = isPost ? req.body : undefined;
  const isReadable = body === undefined || (typeof body === 'string' && !body.startsWith('\ufeff')); // which tRPC's reader drops
  if (path === undefined || !isReadable || (isBatchCall && !allowBatching) || query.hasConnectionParams) return;
  const paths = isBatchCall ? path.split(',') : [path];
  if (paths.length > maxBatchSize) return;

  const source = isPost ? body : query.input;
  const inputs = lazyInputs(() => parsedInputs(source, { router, isBatchCall, count: paths.length }));
  const calls: PlainCall[] = [];
  let type: PlainRequest['type'] | undefined;
  for (const [batchIndex, path] of paths.entries()) {
    const { procedures } = router._def;
    const procedure = Object.hasOwn(procedures, path) && (procedures[path as never] as PlainCall['procedure']);
    if (typeof procedure !== 'function') return; // there is none, or not yet
    type ??= procedure._def.type;
    if (type !== procedure._def.type) return;
    const readInput = () => inputs.read()[batchIndex];
    const result = () => inputs.result()?.[batchIndex];
    calls.push({ batchIndex, path, procedure, readInput, getRawInput: async () => readInput(), result });
  }
  const isRightMethod = isPost ? type === 'mutation' || options.allowMethodOverride === true : type === 'query';
  if (type === undefined || type === 'subscription' || !isRightMethod) return;
  return new Info(`http://${host}`, url, { isBatchCall, calls, type });
}

/** Has its URL parsed when asked for. By a class: a getter defined on each object costs pauses of 6 ms to collect. */
class Info implements PlainRequest {
  readonly accept = null;
  readonly connectionParams = null;
  readonly isBatchCall: boolean;
  readonly calls: PlainCall[];
  readonly type: PlainRequest['type'];
  readonly #origin: string;
  readonly #target: string;

  constructor(origin: string, target: string, asked: Pick<PlainRequest, 'isBatchCall' | 'calls' | 'type'>) {
    this.#origin = origin;
    this.#target = target;
    this.isBatchCall = asked.isBatchCall;
    this.calls = asked.calls;
    this.type = asked.type;
  }

  get url(): URL {
    return new URL(this.#target, this.#origin);
  }
}

/** The last host that was one: clients come by few names, and to parse a URL costs more than all else here. */
let knownHost: string | undefined;

/** Whether they make a URL: with a good host any path does, but for one that begins with a host of its own (`//`, `/\\`). */
function isUrl(url: string, host: string): boolean {
  if (host === knownHost && url[1] !== '/' && url[1] !== '\\') return true;
  if (!URL.canParse(url, `http://${host}`)) return false;
  knownHost = host;
  return true;
}

function decoded(path: string): string | undefined {
  if (!path.includes('%')) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

/** What tRPC reads of a query. As clients send it, it is taken apart at half of what URLSearchParams costs. */
function readQuery(query: string) {
  const [, batch, text] = /^(batch=1&)?input=([^&+]*)$/.exec(query) ?? [];
  const input = text === undefined ? undefined : decoded(text);
  if (input !== undefined) return { isBatchCall: batch !== undefined, input, hasConnectionParams: false };
  const read = new URLSearchParams(query);
  return {
    isBatchCall: read.get('batch') === '1',
    input: read.get('input'),
    hasConnectionParams: read.has('connectionParams'),
  };
}

type Inputs = Record<number, unknown>;

/** Inputs are parsed when the first is read: a call that is refused before costs no parsing. */
function lazyInputs(parse: () => Inputs) {
  let inputs: Inputs | undefined;
  let failure: TRPCError | undefined;
  return {
    result: () => inputs,
    read(): Inputs {
      if (failure) throw failure;
      try {
        inputs ??= parse();
        return inputs;
      } catch (cause) {
        const message = cause instanceof Error ? cause.message : 'Invalid input';
        failure = cause instanceof TRPCError ? cause : new TRPCError({ code: 'BAD_REQUEST', message, cause });
        throw failure;
      }
    },
  };
}

function parsedInputs(
  source: unknown,
  { router, isBatchCall, count }: { router: AnyTRPCRouter; isBatchCall: boolean; count: number },
): Inputs {
  const inputs: unknown = source ? JSON.parse(String(source)) : undefined;
  if (inputs === undefined) return {};
  const { deserialize } = router._def._config.transformer.input;
  if (!isBatchCall) return { 0: deserialize(inputs) };
  if (typeof inputs !== 'object' || inputs === null || Array.isArray(inputs))
    throw new TRPCError({ code: 'BAD_REQUEST', message: '"input" needs to be an object when doing a batch call' });
  const parsed: Inputs = {};
  for (let index = 0; index < count; index++) {
    const input: unknown = (inputs as Inputs)[index];
    if (input !== undefined) parsed[index] = deserialize(input);
  }
  return parsed;
}
