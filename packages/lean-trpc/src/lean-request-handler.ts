import { type AnyTRPCRouter, getTRPCErrorFromUnknown, type inferRouterContext, TRPCError } from '@trpc/server';
import { fastifyRequestHandler } from '@trpc/server/adapters/fastify';
import { getHTTPStatusCode, type TRPCRequestInfo } from '@trpc/server/http';
import { getErrorShape } from '@trpc/server/shared';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type PlainCall, plainRequest } from './plain-request.js';
import { runProcedure } from './run-procedure.js';

type HandlerOptions<R extends AnyTRPCRouter, Q extends FastifyRequest, A extends FastifyReply> = Parameters<
  typeof fastifyRequestHandler<R, Q, A>
>[0];

interface Outcome {
  call: PlainCall;
  error?: TRPCError;
  data?: unknown;
}

const noResult = () =>
  new TRPCError({
    code: 'INTERNAL_SERVER_ERROR',
    message: 'No result from middlewares - did you forget to `return next()`?',
  });

const streamed = () =>
  new TRPCError({
    code: 'UNSUPPORTED_MEDIA_TYPE',
    message: 'Cannot use stream-like response in non-streaming request - use httpBatchStreamLink',
  });

/**
 * Answers as tRPC's `fastifyRequestHandler` does, and takes the same options, without making a `Request`, a `Response` and streams of each
 * call. What is not plain (streams, subscriptions, forms, unknown procedures, wrong methods, damaged URLs) it hands to the original,
 * before any of it has run.
 */
export async function leanRequestHandler<R extends AnyTRPCRouter, Q extends FastifyRequest, A extends FastifyReply>(
  options: HandlerOptions<R, Q, A>,
): Promise<void> {
  const plain = plainRequest(options);
  if (!plain) return fastifyRequestHandler(options);

  const { router, req, res, onError } = options;
  const config = router._def._config;
  const { type, isBatchCall, calls } = plain;
  const client = clientOf(res);
  const { signal } = client.leaving;
  const info: TRPCRequestInfo = Object.assign(plain, { signal });
  let ctx: inferRouterContext<R> | undefined;
  let contextError: TRPCError | undefined;
  client.waiting++;
  try {
    ctx = await options.createContext?.({ info, ...options } as never);
  } catch (cause) {
    contextError = getTRPCErrorFromUnknown(cause);
  }

  let headers: Headers | undefined;
  const run = async (call: PlainCall): Promise<Outcome> => {
    const { path, batchIndex, getRawInput, procedure } = call;
    const { meta } = procedure._def;
    const asked = { path, getRawInput, ctx, type, signal, batchIndex, input: undefined, meta };
    const result = contextError ? undefined : await runProcedure(procedure, asked, call.readInput);
    if (result?.ok) return { call, data: result.data };
    const error = result?.error ?? contextError ?? noResult();
    onError?.({ error, path, input: call.result(), ctx, type, req });
    return { call, error };
  };
  const shapeOf = (error: TRPCError, call?: PlainCall) => ({
    error: getErrorShape({ config, ctx, error, input: call?.result(), path: call?.path, type }),
  });
  const answer = ({ call, error, data }: Outcome) => (error ? shapeOf(error, call) : { result: { data } });

  const { output } = config.transformer;
  /** As `transformTRPCResponse` of tRPC, which makes a copy instead. */
  const onTheWire = (one: ReturnType<typeof answer>) => {
    if ('error' in one) one.error = output.serialize(one.error);
    else one.result.data = output.serialize(one.result.data);
    return one;
  };
  // a text, which Node sends in one piece with its headers; with a serializer, or Fastify would add a charset to its type
  const send = (answer: unknown) => res.serializer(asItIs).send(JSON.stringify(answer));
  /** Headers and status of answers, as `responseMeta` wants them. */
  const begin = (answers: ReturnType<typeof answer>[], errors: (TRPCError | undefined)[]) => {
    const failed = errors.filter((error) => error !== undefined);
    const paths = calls.map(({ path }) => path);
    const meta = options.responseMeta?.({
      ctx,
      info,
      paths,
      data: answers as never,
      errors: failed,
      eagerGeneration: false,
      type,
    });
    res.code(meta?.status ?? getHTTPStatusCode(answers as never, errors)).header('content-type', 'application/json');
    if (meta?.headers) {
      headers ??= new Headers([varies]);
      addHeaders(headers, meta.headers);
    }
    for (const [name, value] of headers ?? [varies]) res.header(name, value);
  };

  try {
    const outcomes = calls.length === 1 && calls[0] ? [await run(calls[0])] : await Promise.all(calls.map(run));
    for (const outcome of outcomes) {
      if (!isStream(outcome.data)) continue;
      if (!isBatchCall) throw streamed();
      outcome.error = streamed();
    }
    const answers = outcomes.map(answer);
    begin(
      answers,
      outcomes.map(({ error }) => error),
    );
    const sent = answers.map(onTheWire);
    send(isBatchCall ? sent : sent[0]);
  } catch (cause) {
    const error = getTRPCErrorFromUnknown(cause);
    onError?.({ error, path: undefined, input: undefined, ctx, type, req });
    const shape = shapeOf(error);
    begin([shape], [error]);
    send(onTheWire(shape));
  } finally {
    client.waiting--;
  }
}

const asItIs = (text: unknown) => text as string;

/** Who may leave: an HTTP/1 connection, or one request of HTTP/2. */
interface Client {
  readonly leaving: AbortController;
  /** Requests that have no answer yet. */
  waiting: number;
}
const clients = new WeakMap<object, Client>();

/**
 * Whose signal aborts when they leave before they have their answer. The requests of one HTTP/1 connection share it, as they come one after the other
 * and leave together: a controller for each costs little to make, and pauses of 4 ms to collect (Node 20).
 */
function clientOf({ raw: response }: FastifyReply): Client {
  const { httpVersionMajor, socket } = response.req;
  const connection = httpVersionMajor === 1 ? socket : response;
  let client = clients.get(connection);
  if (!client) {
    const leaver: Client = { leaving: new AbortController(), waiting: 0 };
    connection.once('close', () => leaver.waiting > 0 && leaver.leaving.abort());
    clients.set(connection, leaver);
    client = leaver;
  }
  return client;
}

/** `vary` as tRPC sets it, and what `responseMeta` adds: in a `Headers` of its own only where there is something to add. */
const varies: [string, string] = ['vary', 'trpc-accept, accept'];

type GivenHeaders = Headers | Record<string, string | string[] | undefined>;

function addHeaders(headers: Headers, given: GivenHeaders): void {
  if (given instanceof Headers) for (const [name, value] of given) headers.append(name, value);
  else
    for (const [name, value] of Object.entries(given))
      if (Array.isArray(value)) for (const one of value) headers.append(name, one);
      else if (value !== undefined) headers.set(name, value);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A promise, or what comes in parts. */
const isAsync = (value: unknown) =>
  isObject(value) &&
  (Symbol.asyncIterator in value || (typeof value.then === 'function' && typeof value.catch === 'function'));

const isStream = (data: unknown) =>
  isObject(data) && (Symbol.asyncIterator in data || Object.values(data).some(isAsync));
