import { TRPCError } from '@trpc/server';
import * as z from 'zod';
import { reading, t, text } from './basic-procedures.js';

/** Formats errors itself; versions before 11.25 cannot. */
const formatting =
  'errors' in t.procedure
    ? t.procedure.errors(({ error, shape }) =>
        error.code === 'BAD_REQUEST' ? { ...shape, message: 'mine' } : undefined,
      )
    : (t.procedure as never as typeof t.procedure);

/** Procedures that show what middlewares get, and what they may change. */
export const middlewareProcedures = {
  seen: reading
    .meta({ of: 'seen' })
    .use(({ next, signal, ...others }) => next({ ctx: { first: [Object.keys(others), String(signal?.aborted)] } }))
    .use(({ next, ctx: { first }, ...others }) => next({ ctx: { second: [first, { ...others, signal: 'one' }] } }))
    .query(({ ctx: { paths, second }, input }) => ({ paths, second, input })),
  input: t.procedure
    .use(({ next }) => next({ input: { text: 'of the middleware' } }))
    .use(({ next, ...others }) => next({ input: { ...Object(others.input), names: Object.keys(others).sort() } }))
    .query(({ input }) => ({ input })),
  raw: t.procedure
    .use(({ next }) => next({ getRawInput: async () => ({ text: 'raw' }) }))
    .input(text)
    .query(async ({ input, ...others }) => ({ input, names: Object.keys(others).sort() })),
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
  // has its own counter, because the order of calls in a batch is not defined
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
  formatted: formatting.input(text).query(() => {
    throw new Error('not mine');
  }),
  called: reading
    .experimental_caller(async ({ args, invoke }) => ({ called: await invoke(args[0] as never) }))
    .query(({ input }) => input) as never,
};
