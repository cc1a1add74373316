import { type AnyTRPCProcedure, TRPCError } from '@trpc/server';
import * as z from 'zod';
import { reading, t, text } from './basic-procedures.js';

type Options = Parameters<AnyTRPCProcedure>[0];

const inner = reading.query(({ input, ctx }) => ({ input, paths: ctx.paths }));
const check = async (options: Options) => {
  if (Object(await options.getRawInput()).text !== undefined) throw new TRPCError({ code: 'FORBIDDEN' });
  return { keys: Object.keys(options), inner: await inner(options) };
};

/** Procedures that an application has wrapped: more than their middlewares has to run. */
export const wrappedProcedures = {
  assigned: Object.assign(check, inner) as never as typeof inner,
  proxied: new Proxy(inner, { apply: (_target, _self, [options]) => check(options as Options) }),
  bound: Object.assign(inner.bind(null), { _def: inner._def }) as typeof inner,
  sync: Object.assign(() => ({ later: false }), inner) as never as typeof inner,
  throwing: Object.assign(() => {
    throw new RangeError('not async');
  }, inner) as never as typeof inner,
};

/** Procedures whose middlewares return what tRPC's types do not allow. */
export const resultProcedures = {
  fields: reading
    .use(async ({ next }) => {
      const result = await next();
      return result.ok ? { ...result, data: [Object.entries(result).map(String), result.data] } : result;
    })
    .output(z.unknown())
    .use(async ({ next }) => ({ ...(await next()), extra: 1 }))
    .query(({ input }) => input ?? null),
  failure: reading
    .use(async ({ next }) => {
      const result = await next();
      return { ...result, ok: true, data: Object.entries(result).map(String) } as never;
    })
    .query(() => {
      throw new RangeError('text');
    }),
  otherError: reading.use((() => ({ ok: false, error: new RangeError('mine') })) as never).query(() => 'never'),
  noError: reading.use((() => ({ ok: false })) as never).query(() => 'never'),
  later: reading
    .use(async ({ next }) => ({ ...(await next()), data: Promise.resolve({ later: true }) }))
    .query(() => 'never'),
  rejected: reading
    .use(async ({ next }) => ({ ...(await next()), data: Promise.reject(new RangeError('rejected')) }))
    .query(() => 'never'),
  unread: reading
    .output(z.unknown())
    .use((() => undefined) as never)
    .query(() => 'never'),
};

const second = z
  .object({ text: z.string() })
  .loose()
  .transform((value) => [value]);
const marked = (kind: string) =>
  Object.assign(t.middleware(({ next }) => next({ ctx: { marked: kind } }))._middlewares[0] as never, { _type: kind });

/** Procedures with parsers and middlewares that are easily taken for others. */
export const parserProcedures = {
  twoOutputs: reading
    .output(second)
    .unstable_concat(t.procedure.output(second) as never)
    .query(({ input }) => input as never),
  markedInput: t.procedure
    .use(marked('input'))
    .input(text)
    .query(({ input, ctx }) => ({ input, ctx })),
  markedOutput: reading
    .use(marked('output'))
    .output(second)
    .query(({ input }) => input as never),
};

const noop = () => {};
/** Returns an object with a field named `then`. */
const withThen = (then: unknown, others?: object) =>
  Object.fromEntries([['then', then], ...Object.entries({ ...others })]);
const resolved = (resolve?: (value: string) => void) => resolve?.('later'); // a stream waits for it
const thenable = withThen(resolved, { catch: noop });

/** Outputs that resemble promises. */
export const outputProcedures = {
  fields: reading.query(({ input }) => withThen(input ?? 'text', { catch: 1, nested: withThen([], { catch: {} }) })),
  onlyThen: reading.query(() => ({ one: withThen(resolved) })),
  functions: reading.query(() => ({ one: Object.assign(() => {}, thenable) })),
  methods: reading.query(() => ({ one: { ...thenable } })),
  list: reading.query(() => [Promise.resolve(1), thenable]),
  aFunction: reading.query(() => noop),
};
