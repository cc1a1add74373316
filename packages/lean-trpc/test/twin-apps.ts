import { initTRPC, TRPCError } from '@trpc/server';
import { fastifyRequestHandler } from '@trpc/server/adapters/fastify';
import { type FastifyInstance, fastify, type InjectOptions } from 'fastify';
import * as z from 'zod';
import { leanRequestHandler } from '../src/index.js';
import { plainRequest } from '../src/plain-request.js';

interface Context {
  paths: string[];
}

const t = initTRPC
  .context<Context>()
  .meta<{ of: string }>()
  .create({
    isDev: false,
    transformer: {
      serialize: (value: unknown) => ({ json: value }),
      deserialize: (value: unknown) => (Object(value).explode ? z.never().parse(value) : value),
    },
    errorFormatter: ({ shape, error, input, ctx, path }) => {
      if (error.message === 'unformattable') throw new Error('the formatter fails');
      return { ...shape, data: { ...shape.data, input, seen: ctx?.paths, path, cause: error.cause?.name } };
    },
  });
const text = z.object({ text: z.string().max(9) });

// what fails has read its input: whether one that a call never read is reported depends on how far its neighbours are
const reading = t.procedure.input(z.unknown());

const router = t.router({
  echo: t.procedure.input(z.unknown()).query(({ input, ctx }) => ({ input, paths: ctx.paths })),
  nothing: t.procedure.query(() => undefined),
  strict: t.procedure.input(text).query(({ input }) => input.text),
  put: t.procedure.input(text).mutation(({ input }) => ({ put: input.text })),
  fails: reading.query(() => {
    throw new TRPCError({ code: 'TOO_MANY_REQUESTS', message: 'later' });
  }),
  crashes: reading.mutation(() => {
    throw new RangeError('a bug');
  }),
  unformattable: reading.query(() => {
    throw new Error('unformattable');
  }),
  circular: reading.query(() => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    return circle;
  }),
  promises: reading.query(() => ({ later: Promise.resolve(1) })),
  stream: t.procedure.query(async function* () {
    yield 1;
  }),
  watch: t.procedure.subscription(async function* () {
    yield 1;
  }),
  deep: t.router({ signal: t.procedure.query(({ signal }) => signal?.aborted) }),

  // what middlewares are given, and may change
  middle: t.router({
    seen: reading
      .meta({ of: 'seen' })
      .use(({ next, signal, ...others }) => next({ ctx: { first: [Object.keys(others), String(signal?.aborted)] } }))
      .use(({ next, ctx: { first }, ...others }) => next({ ctx: { second: [first, { ...others, signal: 'one' }] } }))
      .query(({ ctx: { paths, second }, input }) => ({ paths, second, input })),
    input: t.procedure
      .use(({ next }) => next({ input: { text: 'of the middleware' } }))
      .use(({ next, ...others }) => next({ input: { ...Object(others.input), names: Object.keys(others) } }))
      .query(({ input }) => ({ input })),
    raw: t.procedure
      .use(({ next }) => next({ getRawInput: async () => ({ text: 'raw' }) }))
      .input(text)
      .query(async ({ input, ...others }) => ({ input, names: Object.keys(others) })),
    merged: t.procedure
      .input(text)
      .input(z.object({ text: z.string().transform((one) => `${one}!`), more: z.string().optional() }))
      .query(({ input }) => input),
    changed: t.procedure
      .use((options) => {
        Object.assign(options, { path: 'another', ctx: { paths: [] } });
        return options.next();
      })
      .query(({ path, ctx }) => ({ path, ctx })),
    silent: reading.use((() => undefined) as never).query(() => 'never'),
    throws: reading
      .use(async ({ next }) => {
        const result = await next();
        if (!result.ok) throw new TRPCError({ code: 'CONFLICT', cause: result.error });
        return result;
      })
      .use(({ input }) => {
        throw new RangeError(`no ${JSON.stringify(input)?.length}`);
      })
      .query(() => 'never'),
    // counts by itself: how far a neighbour in the batch is when another is reported, tRPC does not promise
    repeated: reading
      .use(({ next }) => next({ ctx: { times: ['once'] } }))
      .use(async ({ next }) => {
        await next();
        return next();
      })
      .query(({ ctx }) => ctx.times.push('once more')),
    output: reading.output(z.object({ text: z.string() })).query(({ input }) => input as never),
    later: t.procedure
      .input(text.refine(async ({ text }) => text.length !== 3))
      .input(z.object({ text: z.string() }).transform(async ({ text }) => ({ other: `${text}!` })))
      .output(z.object({ text: z.string() }).transform(async (value) => [value]))
      .query(({ input: { text, ...others } }) => (text === '' ? (others as never) : { text, ...others })),
    checked: t.procedure
      .input((value: unknown) => {
        if (value === null) throw new RangeError('nothing');
        return { given: value };
      })
      .output(async (value: unknown) => {
        if (Array.isArray(Object(value).given)) throw new RangeError('a list');
        return [value];
      })
      .query(({ input }) => input as never),
    broken: t.procedure
      .input(
        z.unknown().transform((value) => {
          if (Object(value).text) throw new TypeError('a bug of a parser');
          return value;
        }),
      )
      .query(({ input }) => input ?? null),
    ended: reading
      .use(async ({ next }) => {
        const result = await next();
        return result.ok ? { ...result, data: [Object.keys(result).sort(), result.data] } : result;
      })
      .output(z.unknown())
      .query(({ input }) => input ?? 0),
    formatted: t.procedure
      .errors(({ error, shape }) => (error.code === 'BAD_REQUEST' ? { ...shape, message: 'mine' } : undefined))
      .input(text)
      .query(() => {
        throw new Error('not mine');
      }),
    called: reading
      .experimental_caller(async ({ args, invoke }) => ({ called: await invoke(args[0] as never) }))
      .query(({ input }) => input) as never,
  }),
});

export interface Variant {
  maxBatchSize?: number;
  allowBatching?: boolean;
  allowMethodOverride?: boolean;
}

/** All that can be seen of how a request was answered. */
export interface Seen {
  status: number;
  headers: Record<string, unknown>;
  body: string;
  /** Sorted: calls of a batch run side by side, and which of them fails first is nobody's promise. */
  reported: string[];
}

export interface Twins {
  /** How tRPC's own handler, and how ours, answers a request. */
  ask(request: InjectOptions): Promise<{ official: Seen; lean: Seen }>;
  /** How many requests ours answered itself. */
  plain(): number;
  close(): Promise<void>;
}

/** One router behind two apps: by tRPC's own handler and by ours. */
export function twinApps(variant: Variant): Twins {
  let plain = 0;
  const official = appBy(fastifyRequestHandler, variant);
  const lean = appBy((options) => {
    if (plainRequest(options)) plain++;
    return leanRequestHandler(options);
  }, variant);
  return {
    ask: async (request) => ({ official: await official.ask(request), lean: await lean.ask(request) }),
    plain: () => plain,
    close: async () => {
      await official.app.close();
      await lean.app.close();
    },
  };
}

type Handler = typeof fastifyRequestHandler;

function appBy(handle: Handler, variant: Variant) {
  const reported: string[] = [];
  const app: FastifyInstance = fastify({ exposeHeadRoutes: false, routerOptions: { maxParamLength: 5000 } });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.route<{ Params: { path: string } }>({
    method: ['GET', 'POST', 'PUT'],
    url: '/trpc/:path',
    handler: async (req, res) => {
      await handle({
        ...variant,
        router,
        req,
        res,
        path: req.params.path,
        createContext: async ({ info }) => {
          const paths = info.calls.map(({ path }) => path);
          if (paths.includes('nothing') && info.isBatchCall)
            throw new TRPCError({ code: 'UNAUTHORIZED', message: 'not these' });
          return { paths: [...paths, info.type, String(info.url?.search.length), String(info.accept)] };
        },
        responseMeta: ({ errors, paths, type, data, eagerGeneration }) => {
          const seen = [paths, type, data.length, eagerGeneration, errors.map(({ code }) => code)];
          if (errors.some(({ code }) => code === 'TOO_MANY_REQUESTS'))
            return { status: 429, headers: { 'retry-after': '1', vary: 'origin', 'x-many': ['a', 'b'] } };
          return errors.length > 0
            ? { headers: new Headers({ vary: 'origin', 'x-seen': JSON.stringify(seen) }) }
            : { headers: { 'x-seen': JSON.stringify(seen) } };
        },
        onError: ({ error, path, input, type, ctx }) =>
          reported.push(JSON.stringify([error.code, error.message, path, input, type, ctx?.paths])),
      });
      return res;
    },
  });
  return {
    app,
    async ask(request: InjectOptions): Promise<Seen> {
      reported.length = 0;
      // a stream that fails ends without an answer
      const broken = { statusCode: 0, headers: {}, body: '' };
      const { statusCode, headers, body } = await app.inject(request).catch(() => broken);
      const {
        date: _,
        connection: __,
        'content-length': ___,
        'transfer-encoding': ____,
        ...others
      } = headers as Seen['headers'];
      return { status: statusCode, headers: others, body, reported: reported.toSorted() };
    },
  };
}
