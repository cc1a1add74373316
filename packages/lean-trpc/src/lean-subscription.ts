import { type AnyTRPCRouter, getTRPCErrorFromUnknown, type inferRouterContext, TRPCError } from '@trpc/server';
import { isObservable, observableToAsyncIterable } from '@trpc/server/observable';
import { getErrorShape } from '@trpc/server/shared';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { addHeaders, varyHeader } from './answer-payload.js';
import { ClientWatch } from './client-watch.js';
import { eventStream } from './event-stream.js';
import type { HandlerOptions } from './handler-options.js';
import { type PlainCall, PlainInfo, type PlainRequest } from './plain-request.js';
import { errorOf, runProcedure } from './run-procedure.js';

const eventHeaders: readonly [string, string][] = [
  varyHeader,
  ['content-type', 'text/event-stream'],
  ['cache-control', 'no-cache, no-transform'],
  ['x-accel-buffering', 'no'],
  ['connection', 'keep-alive'],
];

/** Answers a subscription with server-sent events, like tRPC. */
export async function answerSubscription<R extends AnyTRPCRouter, Q extends FastifyRequest, A extends FastifyReply>(
  options: HandlerOptions<R, Q, A>,
  plain: PlainRequest,
): Promise<void> {
  const { router, req, res, onError } = options;
  const config = router._def._config;
  const call = plain.calls[0] as PlainCall;
  const type = 'subscription';
  const client = new ClientWatch(res, 1);
  const info = new PlainInfo(req.raw, client, plain);
  let ctx: inferRouterContext<R> | undefined;
  const report = (error: TRPCError) =>
    onError?.({ error, path: call.path, input: call.result(), ctx, type, req: req as never });

  /** @throws the error of the call */
  async function run(): Promise<AsyncIterable<unknown>> {
    ctx = await options.createContext?.({ info, ...options } as never);
    const { path, getRawInput, procedure } = call;
    const { meta } = procedure._def;
    const step = { path, getRawInput, ctx, type, client, batchIndex: 0, input: undefined, meta } as const;
    const result = await runProcedure(procedure, step, plain.readInput);
    if (!result?.ok) throw errorOf(result);
    const data: unknown = await result.data;
    if (isObservable(data)) return observableToAsyncIterable(data, client.signal);
    if (isAsyncIterable(data)) return data;
    const message = `Subscription ${path} did not return an observable or a AsyncGenerator`;
    return failing(new TRPCError({ code: 'INTERNAL_SERVER_ERROR', message }));
  }

  const iterable = await run().catch((cause) => {
    const error = getTRPCErrorFromUnknown(cause);
    report(error);
    return failing(error);
  });
  const headers = new Headers([...eventHeaders]);
  const meta = options.responseMeta?.({
    ...{ ctx, info, type, errors: [], eagerGeneration: true },
    paths: [call.path],
    data: [],
  });
  if (meta?.headers) addHeaders(headers, meta.headers);
  const { ping, client: told = {} } = config.sse ?? {};
  const stream = eventStream({
    iterable,
    client: told,
    pingMs: ping?.enabled ? (ping.intervalMs ?? 1000) : undefined,
    lastEventId: plain.lastEventId,
    serialize: (value) => config.transformer.output.serialize(value),
    shapeOf: (cause) => {
      const error = getTRPCErrorFromUnknown(cause);
      report(error);
      return getErrorShape({ config, ctx, error, input: call.result(), path: call.path, type });
    },
  });
  res.code(meta?.status ?? 200);
  for (const [name, value] of headers) res.header(name, value);
  res.send(stream);
  await new Promise((resolve) => stream.once('close', resolve));
  client.answered();
}

const isAsyncIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;

// biome-ignore lint/correctness/useYield: it fails before its first value
async function* failing(error: TRPCError): AsyncGenerator<never> {
  throw error;
}
