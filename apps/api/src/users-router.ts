import { createUserSchema, updateUserSchema, userSchema } from '@aws-starter-kit/users';
import * as z from 'zod';
import * as shapes from './shapes.js';
import { loadingProcedure, procedure, router } from './trpc.js';

const { id, expectedVersion, paging } = shapes;
const pageSchema = shapes.pageOf(userSchema);
/** 320 characters are at most 960 bytes: with its prefix an address always fits into a sort key of 1,024 bytes. */
const email = shapes.text(320);

const found = <T>(user: T | null) => shapes.found(user, 'user');

/** Users over tRPC. Reads end when their client leaves; writes never do, since an abort would leave their outcome unknown. */
export const usersRouter = router({
  list: procedure
    .meta({ needs: 'users:read', cost: 2 })
    .input(z.strictObject({ ...paging, order: shapes.order }).prefault({}))
    .output(pageSchema)
    .query(async ({ ctx, input: { limit, order, cursor }, signal }) =>
      shapes.toPage(await ctx.services.users.listUsers({ limit, order, cursor }, { signal })),
    ),

  createdAfter: procedure
    .meta({ needs: 'users:read', cost: 2 })
    .input(z.strictObject({ ...paging, after: shapes.text(64) }))
    .output(pageSchema)
    .query(async ({ ctx, input: { limit, after, cursor }, signal }) =>
      shapes.toPage(await ctx.services.users.listUsersCreatedAfter(after, { limit, cursor }, { signal })),
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
    .query(async ({ ctx, input, signal }) => found(await ctx.services.users.getUserByEmail(input.email, { signal }))),

  create: procedure
    .meta({ needs: 'users:write' })
    .input(createUserSchema)
    .output(userSchema)
    .mutation(({ ctx, input }) => ctx.services.users.createUser(input)),

  update: procedure
    .meta({ needs: 'users:write', orOwn: 'id' })
    .input(z.strictObject({ id, data: updateUserSchema, expectedVersion }))
    .output(userSchema)
    .mutation(async ({ ctx, input: { id, data, expectedVersion } }) =>
      found(await ctx.services.users.updateUser(id, data, { expectedVersion })),
    ),

  delete: procedure
    .meta({ needs: 'users:write', orOwn: 'id' })
    .input(z.strictObject({ id, expectedVersion }))
    .output(shapes.deletedSchema)
    .mutation(async ({ ctx, input: { id, expectedVersion } }) =>
      shapes.deleted(await ctx.services.users.deleteUser(id, { expectedVersion }), 'user'),
    ),

  batchDelete: procedure
    .meta({ needs: 'users:admin', cost: 10 })
    .input(shapes.manyIds)
    .output(shapes.manyDeletedSchema)
    .mutation(async ({ ctx, input }) => shapes.manyDeleted(await ctx.services.users.batchDeleteUsers(input.ids))),

  count: procedure
    .meta({ needs: 'users:read', cost: 10 })
    .input(z.void())
    .output(z.object({ count: z.int() }))
    .query(async ({ ctx, signal }) => ({ count: await ctx.services.users.countUsers({ signal }) })),
});
