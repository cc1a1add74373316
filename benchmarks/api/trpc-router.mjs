// The router of the stock and the tuned server, which differ in `ctx.users` only.
import { initTRPC, TRPCError } from '@trpc/server';
import * as z from 'zod';
import { userId } from './user.mjs';

const t = initTRPC.context().create();
const id = z.string().regex(userId);
const user = z.object({ id, email: z.email(), name: z.string(), createdAt: z.iso.datetime() });

export const router = t.router({
  ping: t.procedure.output(z.object({ ok: z.boolean() })).query(() => ({ ok: true })),
  users: t.router({
    getById: t.procedure
      .input(z.object({ id }))
      .output(user)
      .query(async ({ input, ctx }) => {
        const found = await ctx.users.get(input.id);
        if (!found) throw new TRPCError({ code: 'NOT_FOUND' });
        return found;
      }),
    create: t.procedure
      .input(z.object({ email: z.email(), name: z.string().min(1).max(100) }))
      .output(user)
      .mutation(({ input, ctx }) => ctx.users.create(input)),
  }),
});
