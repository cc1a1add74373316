import { createUserSchema, updateUserSchema, userSchema } from '@aws-starter-kit/users';
import * as z from 'zod';
import { liveChanges, liveEventOf, liveInput } from '../live/live-changes.js';
import { withinDeadline } from './call-deadline.js';
import * as schemas from './schemas.js';
import { liveProcedure, loadingProcedure, procedure, router } from './trpc.js';

const { id, expectedVersion, paging } = schemas;
const pageSchema = schemas.pageOf(userSchema);
const userEvent = liveEventOf(userSchema);
/** 320 characters are at most 960 bytes: with its prefix an email always fits into a sort key of 1,024 bytes. */
const email = schemas.text(320);

const found = <T>(user: T | null) => schemas.found(user, 'user');

/**
 * Users over tRPC. Reads end when their client disconnects; writes do not, since an abort would leave their outcome
 * unknown.
 */
export const usersRouter = router({
  list: procedure
    .meta({ needs: 'users:read', cost: 2 })
    .input(z.strictObject({ ...paging, order: schemas.order }).prefault({}))
    .output(pageSchema)
    .query(async ({ ctx, input: { limit, order, cursor }, signal }) =>
      schemas.toPage(await ctx.services.users.listUsers({ limit, order, cursor }, ctx.options(signal))),
    ),

  createdAfter: procedure
    .meta({ needs: 'users:read', cost: 2 })
    .input(z.strictObject({ ...paging, after: schemas.text(64) }))
    .output(pageSchema)
    .query(async ({ ctx, input: { limit, after, cursor }, signal }) =>
      schemas.toPage(await ctx.services.users.listUsersCreatedAfter(after, { limit, cursor }, ctx.options(signal))),
    ),

  getById: loadingProcedure
    .meta({ needs: 'users:read', orOwn: 'id' })
    .input(z.strictObject({ id }))
    .output(userSchema)
    .query(async ({ ctx, input }) => found(await ctx.userById(input.id))),

  getByEmail: procedure
    .meta({ needs: 'users:read', orOwn: 'email' })
    .input(z.strictObject({ email }))
    .output(userSchema)
    .query(async ({ ctx, input, signal }) =>
      found(await ctx.services.users.getUserByEmail(input.email, ctx.options(signal))),
    ),

  create: procedure
    .meta({ needs: 'users:write' })
    .input(createUserSchema)
    .output(userSchema)
    .mutation(async ({ ctx, input }) => found(await ctx.services.users.createUser(input, ctx.writeOptions()))),

  update: procedure
    .meta({ needs: 'users:write', orOwn: 'id' })
    .input(z.strictObject({ id, data: updateUserSchema, expectedVersion }))
    .output(userSchema)
    .mutation(async ({ ctx, input: { id, data, expectedVersion } }) =>
      found(await ctx.services.users.updateUser(id, data, { expectedVersion, ...ctx.writeOptions() })),
    ),

  delete: procedure
    .meta({ needs: 'users:write', orOwn: 'id' })
    .input(z.strictObject({ id, expectedVersion }))
    .output(schemas.deletedSchema)
    .mutation(async ({ ctx, input: { id, expectedVersion } }) =>
      schemas.deleted(await ctx.services.users.deleteUser(id, { expectedVersion, ...ctx.writeOptions() }), 'user'),
    ),

  batchDelete: procedure
    .meta({ needs: 'users:admin', cost: 10, isIdempotent: true })
    .input(schemas.manyIds)
    .output(schemas.manyDeletedSchema)
    .mutation(async ({ ctx, input }) => {
      const run = (signal: AbortSignal) => ctx.services.users.batchDeleteUsers(input.ids, { signal });
      return schemas.manyDeleted(await withinDeadline(run, undefined, ctx.remainingMs()));
    }),

  changes: liveProcedure
    .meta({ needs: 'users:read' })
    .input(liveInput)
    .subscription(({ ctx, input, signal }) => liveChanges(ctx, { model: 'users', output: userEvent, input, signal })),

  count: procedure
    .meta({ needs: 'users:read', cost: 10 })
    .input(z.void())
    .output(schemas.countSchema)
    .query(async ({ ctx, signal }) => {
      const { atMost } = schemas;
      const run = (signal: AbortSignal) => ctx.services.users.countUsers({ signal, atMost });
      return schemas.counted(await withinDeadline(run, signal, ctx.remainingMs()));
    }),
});
