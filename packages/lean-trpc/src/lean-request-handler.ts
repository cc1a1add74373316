import { type AnyTRPCRouter, getTRPCErrorFromUnknown, type inferRouterContext, TRPCError } from '@trpc/server';
import { fastifyRequestHandler } from '@trpc/server/adapters/fastify';
import { getHTTPStatusCode } from '@trpc/server/http';
import { getErrorShape } from '@trpc/server/shared';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  addHeaders,
  answerPayload,
  isDataStream,
  type Payload,
  sendPayload,
  usualHeaders,
  varyHeader,
} from './answer-payload.js';
import { ClientWatch } from './client-watch.js';
import type { HandlerOptions } from './handler-options.js';
import { answerSubscription } from './lean-subscription.js';
import { type PlainCall, PlainInfo, type PlainRequest, plainRequest } from './plain-request.js';
import { errorOf, isThenable, runProcedure } from './run-procedure.js';

/**
 * Handles requests like tRPC's `fastifyRequestHandler`, with the same options and answers, but without creating a
 * `Request`, a `Response` and streams for each call. It passes any other request (streams, forms,
 * unknown procedures, wrong methods, malformed URLs) to `fastifyRequestHandler` before it runs anything.
 */
export async function leanRequestHandler<R extends AnyTRPCRouter, Q extends FastifyRequest, A extends FastifyReply>(
  options: HandlerOptions<R, Q, A>,
): Promise<void> {
  const plain = plainRequest(options);
  if (!plain) return fastifyRequestHandler(options);
  if (plain.type === 'subscription') return answerSubscription(options, plain);
  const client = new ClientWatch(options.res, plain.calls.length);
  try {
    sendPayload(options.res, await answerOf(options, plain, client));
  } finally {
    client.answered();
  }
  // `onSend` hooks that are still at work: a handler that returns before them would make Fastify send nothing again
  if (!options.res.raw.writableEnded) await options.res;
}

interface Outcome {
  call: PlainCall;
  error?: TRPCError;
  data?: unknown;
}

/** Runs the calls of a request, and prepares its answer. */
async function answerOf<R extends AnyTRPCRouter, Q extends FastifyRequest, A extends FastifyReply>(
  options: HandlerOptions<R, Q, A>,
  plain: PlainRequest,
  client: ClientWatch,
): Promise<Payload> {
  const { router, req, onError } = options;
  const config = router._def._config;
  const { type, isBatchCall, calls, readInput } = plain;
  const info = new PlainInfo(req.raw, client, plain);
  let ctx: inferRouterContext<R> | undefined;
  let contextError: TRPCError | undefined;
  try {
    ctx = await options.createContext?.({ info, ...options } as never);
  } catch (cause) {
    contextError = getTRPCErrorFromUnknown(cause);
  }

  const fail = (call: PlainCall, error: TRPCError): Outcome => {
    onError?.({ error, path: call.path, input: call.result(), ctx, type, req });
    return { call, error };
  };
  const run = async (call: PlainCall): Promise<Outcome> => {
    const { path, batchIndex, getRawInput, procedure } = call;
    if (contextError) return fail(call, contextError);
    const options = { path, getRawInput, ctx, type, client, batchIndex };
    const result = await runProcedure(procedure, options, () => readInput(batchIndex));
    if (!result?.ok) return fail(call, errorOf(result));
    const { data } = result;
    try {
      return { call, data: isThenable(data) ? await data : data };
    } catch (cause) {
      return fail(call, getTRPCErrorFromUnknown(cause));
    }
  };
  const shapeOf = (error: TRPCError, call?: PlainCall) => ({
    error: getErrorShape({ config, ctx, error, input: call?.result(), path: call?.path, type }),
  });
  const shapeOfOutcome = ({ call, error, data }: Outcome) => (error ? shapeOf(error, call) : { result: { data } });
  type Shape = ReturnType<typeof shapeOfOutcome>;

  const { output } = config.transformer;
  const serialize = (shape: Shape) =>
    'error' in shape
      ? { error: output.serialize(shape.error) }
      : { result: { data: output.serialize(shape.result.data) } };

  /** Absent: the usual ones. */
  let headers: Headers | undefined;
  let haveCallsEnded = isBatchCall;
  /** Returns the status, and adds the headers of `responseMeta` to `headers`. */
  const readMeta = (shapes: Shape[], errors: (TRPCError | undefined)[]): number => {
    const meta = options.responseMeta?.({
      ctx,
      info,
      paths: calls.map(({ path }) => path),
      data: shapes as never,
      errors: errors.filter((error) => error !== undefined),
      eagerGeneration: false,
      type,
    });
    if (meta?.headers) {
      headers ??= new Headers([...usualHeaders]);
      addHeaders(headers, meta.headers);
    }
    return meta?.status || getHTTPStatusCode(shapes as never, errors);
  };

  try {
    const outcomes = isBatchCall ? await Promise.all(calls.map(run)) : [await run(calls[0] as PlainCall)];
    haveCallsEnded = true;
    for (const outcome of outcomes) {
      if (!isDataStream(outcome.data)) continue;
      if (!isBatchCall) throw streamNotSupported();
      outcome.error = streamNotSupported();
    }
    const shapes = outcomes.map(shapeOfOutcome);
    const status = readMeta(
      shapes,
      outcomes.map(({ error }) => error),
    );
    const serialized = shapes.map(serialize);
    return answerPayload({ body: JSON.stringify(isBatchCall ? serialized : serialized[0]), status, headers });
  } catch (cause) {
    const error = getTRPCErrorFromUnknown(cause);
    onError?.({ error, path: undefined, input: undefined, ctx, type, req });
    const shape = shapeOf(error);
    const body = JSON.stringify(serialize(shape));
    // tRPC sets the content type of a single call only after its end
    if (!haveCallsEnded) headers = new Headers([varyHeader]);
    const status = readMeta([shape], [error]);
    return answerPayload({ body, status, headers });
  }
}

const streamNotSupported = () =>
  new TRPCError({
    code: 'UNSUPPORTED_MEDIA_TYPE',
    message: 'Cannot use stream-like response in non-streaming request - use httpBatchStreamLink',
  });
