import { TRPCError, tracked } from '@trpc/server';
import { observable } from '@trpc/server/observable';
import * as z from 'zod';
import { t } from './basic-procedures.js';

const events = z.object({ lastEventId: z.string().optional(), n: z.number().optional() }).optional();

/** Finite subscriptions, each with its own kind of events or of end. */
export const subscriptionProcedures = {
  plain: t.procedure.input(events).subscription(async function* ({ input, path }) {
    yield { input, path };
    yield 'text with\nlines';
    yield undefined;
  }),
  tracked: t.procedure.input(events).subscription(async function* ({ input }) {
    yield tracked('a', { n: 1, input });
    yield tracked('b', [2]);
    yield 'without an id';
    yield tracked('c', null);
  }),
  nothing: t.procedure.subscription(async function* () {}),
  fails: t.procedure.subscription(async function* () {
    yield 1;
    throw new TRPCError({ code: 'CONFLICT', message: 'while it runs' });
  }),
  crashes: t.procedure.subscription(async function* () {
    yield tracked('x', 1);
    throw new RangeError('a bug');
  }),
  aborts: t.procedure.subscription(async function* () {
    yield 1;
    throw new DOMException('gone', 'AbortError');
  }),
  forbidden: t.procedure
    .use(() => {
      throw new TRPCError({ code: 'FORBIDDEN', message: 'not you' });
    })
    .subscription(async function* () {
      yield 1;
    }),
  observed: t.procedure.subscription(() =>
    observable<number>((observer) => {
      observer.next(1);
      observer.next(2);
      observer.complete();
    }),
  ),
  noIterable: t.procedure.subscription((() => 'text') as never),
  withContext: t.procedure.input(events).subscription(async function* ({ ctx }) {
    yield ctx.paths;
  }),
};
