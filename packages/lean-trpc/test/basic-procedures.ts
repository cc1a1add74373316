import { initTRPC, TRPCError } from '@trpc/server';
import * as z from 'zod';

export interface Context {
  paths: string[];
}

export const t = initTRPC
  .context<Context>()
  .meta<{ of: string }>()
  .create({
    isDev: false,
    transformer: {
      serialize: (value: unknown) => ({ json: value }),
      deserialize: (value: unknown) => {
        if (Object(value).explode) return z.never().parse(value);
        return Object(value).later ? Promise.resolve(value) : value;
      },
    },
    errorFormatter: ({ shape, error, input, ctx, path }) => {
      if (error.message === 'unformattable') throw new Error('the formatter fails');
      return { ...shape, data: { ...shape.data, input, seen: ctx?.paths, path, cause: error.cause?.name } };
    },
  });
export const text = z.object({ text: z.string().max(9) });

// a procedure that fails reads its input first: whether an unread input is reported depends on the other calls of the
// batch
export const reading = t.procedure.input(z.unknown());

/** The simple procedures of both apps. */
export const basicProcedures = {
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
};
