import { type AnyTRPCRouter, getTRPCErrorFromUnknown, type inferRouterContext, TRPCError } from '@trpc/server';
import { getHTTPStatusCode } from '@trpc/server/http';
import { getErrorShape } from '@trpc/server/shared';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { addHeaders, answerPayload, isDataStream, type Payload, usualHeaders, varyHeader } from './answer-payload.js';
import type { ClientWatch } from './client-watch.js';
import type { HandlerOptions } from './handler-options.js';
import { type PlainCall, PlainInfo, type PlainRequest } from './plain-request.js';
import { errorOf, isThenable, runProcedure } from './run-procedure.js';

/** How a call ended. */
interface Outcome {
  readonly call: PlainCall;
  readonly data: unknown;
  error: TRPCError | undefined;
}

/** An outcome in tRPC's form, before the transformer. */
type Shape = { result: { data: unknown } } | { error: unknown };

/**
 * Runs the calls of one request, and prepares its answer. A class, because its functions share state: closures would be
 * allocated for each request.
 */
export class RequestAnswer<R extends AnyTRPCRouter, Q extends FastifyRequest, A extends FastifyReply> {
  readonly #options: HandlerOptions<R, Q, A>;
  readonly #plain: PlainRequest;
  readonly #client: ClientWatch;
  readonly #info: PlainInfo;
  #ctx: inferRouterContext<R> | undefined;
  #contextError: TRPCError | undefined;
  /** Undefined: the usual ones. */
  #headers: Headers | undefined;

  constructor(options: HandlerOptions<R, Q, A>, plain: PlainRequest, client: ClientWatch) {
    this.#options = options;
    this.#plain = plain;
    this.#client = client;
    this.#info = new PlainInfo(options.req.raw, client, plain);
  }

  /** Runs the calls, and returns the answer, also where calls fail. To be called once. Rejects only if `onError` or `responseMeta` throws. */
  async payload(): Promise<Payload> {
    const { isBatchCall, calls } = this.#plain;
    let haveCallsEnded = isBatchCall;
    try {
      await this.#createContext();
      const outcomes = isBatchCall ? await Promise.all(calls.map((call) => this.#run(call))) : [await this.#runFirst()];
      haveCallsEnded = true;
      for (const outcome of outcomes) {
        if (!isDataStream(outcome.data)) continue;
        if (!isBatchCall) throw streamNotSupported();
        outcome.error = streamNotSupported();
      }
      const shapes = outcomes.map((outcome) => this.#shapeOf(outcome));
      const errors = outcomes.flatMap(({ error }) => error ?? []);
      const status = this.#readMeta(shapes, errors, () => outcomes.map(({ error }) => error));
      const serialized = isBatchCall
        ? shapes.map((shape) => this.#serialize(shape))
        : this.#serialize(shapes[0] as Shape);
      return answerPayload({ body: JSON.stringify(serialized), status, headers: this.#headers });
    } catch (cause) {
      const error = getTRPCErrorFromUnknown(cause);
      this.#report(error, undefined);
      const shape = this.#errorShape(error, undefined);
      const body = JSON.stringify(this.#serialize(shape));
      // tRPC sets the content type of a single call only after its end
      if (!haveCallsEnded) this.#headers = new Headers([varyHeader]);
      const status = this.#readMeta([shape], [error], () => [error]);
      return answerPayload({ body, status, headers: this.#headers });
    }
  }

  async #createContext(): Promise<void> {
    const { createContext } = this.#options;
    if (!createContext) return;
    try {
      const context = createContext(Object.assign({ info: this.#info }, this.#options) as never);
      this.#ctx = isThenable(context) ? await context : context;
    } catch (cause) {
      this.#contextError = getTRPCErrorFromUnknown(cause);
    }
  }

  #runFirst(): Promise<Outcome> {
    return this.#run(this.#plain.calls[0] as PlainCall);
  }

  async #run(call: PlainCall): Promise<Outcome> {
    const { path, batchIndex, getRawInput, procedure } = call;
    if (this.#contextError) return this.#fail(call, this.#contextError);
    const { readInput, type } = this.#plain;
    const { meta } = procedure._def;
    const step = { path, getRawInput, ctx: this.#ctx, type, client: this.#client, batchIndex, input: undefined, meta };
    const result = await runProcedure(procedure, step, readInput);
    if (!result?.ok) return this.#fail(call, errorOf(result));
    const { data } = result;
    if (!isThenable(data)) return { call, data, error: undefined };
    try {
      return { call, data: await data, error: undefined };
    } catch (cause) {
      return this.#fail(call, getTRPCErrorFromUnknown(cause));
    }
  }

  #fail(call: PlainCall, error: TRPCError): Outcome {
    this.#report(error, call);
    return { call, data: undefined, error };
  }

  #report(error: TRPCError, call: PlainCall | undefined): void {
    const { onError, req } = this.#options;
    onError?.({ error, path: call?.path, input: call?.result(), ctx: this.#ctx, type: this.#plain.type, req });
  }

  #shapeOf({ call, error, data }: Outcome): Shape {
    return error ? this.#errorShape(error, call) : { result: { data } };
  }

  #errorShape(error: TRPCError, call: PlainCall | undefined): Shape {
    const config = this.#options.router._def._config;
    const { type } = this.#plain;
    return { error: getErrorShape({ config, ctx: this.#ctx, error, input: call?.result(), path: call?.path, type }) };
  }

  #serialize(shape: Shape): Shape {
    const { output } = this.#options.router._def._config.transformer;
    if ('error' in shape) return { error: output.serialize(shape.error) };
    return { result: { data: output.serialize(shape.result.data) } };
  }

  /**
   * Returns the status, and adds the headers of `responseMeta`.
   * @param errorsByCall returns the errors by position, undefined for a call that succeeded; needed only if a call failed
   */
  #readMeta(shapes: Shape[], errors: TRPCError[], errorsByCall: () => (TRPCError | undefined)[]): number {
    const { calls, type } = this.#plain;
    const meta = this.#options.responseMeta?.({
      ctx: this.#ctx,
      info: this.#info,
      paths: calls.map(pathOf),
      data: shapes as never,
      errors,
      eagerGeneration: false,
      type,
    });
    if (meta?.headers) {
      this.#headers ??= new Headers([...usualHeaders]);
      addHeaders(this.#headers, meta.headers);
    }
    if (meta?.status) return meta.status;
    return errors.length === 0 ? 200 : getHTTPStatusCode(shapes as never, errorsByCall());
  }
}

const pathOf = ({ path }: PlainCall) => path;

const streamNotSupported = () =>
  new TRPCError({
    code: 'UNSUPPORTED_MEDIA_TYPE',
    message: 'Cannot use stream-like response in non-streaming request - use httpBatchStreamLink',
  });
