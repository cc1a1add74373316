import { TRPCError } from '@trpc/server';
import { headProcedures } from './answer-heads.js';
import { basicProcedures, reading, t } from './basic-procedures.js';
import { middlewareProcedures } from './middleware-procedures.js';
import { subscriptionProcedures } from './subscription-procedures.js';
import { outputProcedures, parserProcedures, resultProcedures, wrappedProcedures } from './unusual-procedures.js';

const failing = (message: string) =>
  reading.query(() => {
    throw new TRPCError({ code: 'CONFLICT', message });
  });

/** The router of both apps. */
export const twinRouter = t.router({
  ...basicProcedures,
  deep: t.router({ signal: t.procedure.query(({ signal }) => signal?.aborted) }),
  middle: t.router(middlewareProcedures),
  wrapped: t.router(wrappedProcedures),
  result: t.router(resultProcedures),
  parser: t.router(parserProcedures),
  output: t.router(outputProcedures),
  head: t.router(headProcedures),
  live: t.router(subscriptionProcedures),
  report: t.router({ never: failing('unreportable'), whole: failing('unreportable call') }),
});
