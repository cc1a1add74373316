import { createUserSchema, updateUserSchema, userSchema } from '@aws-starter-kit/users';
import * as z from 'zod';
import { ClientError, toClientError } from './client-error.js';
import { procedure, router } from './trpc.js';

/** Half a surrogate pair is no text: DynamoDB refuses whole requests for one. */
const text = (maxLength: number) =>
  z
    .string()
    .min(1)
    .max(maxLength)
    .regex(/^\P{Surrogate}*$/u, 'Not valid Unicode');

/** DynamoDB takes ids up to 2,048 bytes; past that the model answers "not found" by itself. */
const id = text(2048);
/** 320 characters are at most 960 bytes: with its prefix an address always fits into a sort key of 1,024 bytes. */
const email = text(320);
const expectedVersion = z.int().min(0).optional();

/** `direction` is what tRPC's `useInfiniteQuery` sends along with each cursor; pages only go forward here. */
const paging = {
  limit: z.int().min(1).max(100).default(20),
  cursor: text(8192).nullish(),
  direction: z.enum(['forward', 'backward']).optional(),
};
const pageSchema = z.object({ items: z.array(userSchema), nextCursor: z.string().optional() });

/** Users over tRPC. Reads end when their client leaves; writes never do, since an abort would leave their outcome unknown. */
export const usersRouter = router({
  list: procedure
    .meta({ needs: 'users:read', cost: 2 })
    .input(z.strictObject({ ...paging, order: z.enum(['asc', 'desc']).optional() }).prefault({}))
    .output(pageSchema)
    .query(async ({ ctx, input, signal }) => {
      const { limit, order, cursor } = input;
      return toPage(await ctx.services.users.listUsers({ limit, order, cursor: cursor ?? undefined }, { signal }));
    }),

  createdAfter: procedure
    .meta({ needs: 'users:read', cost: 2 })
    .input(z.strictObject({ ...paging, after: text(64) }))
    .output(pageSchema)
    .query(async ({ ctx, input, signal }) => {
      const { limit, after, cursor } = input;
      return toPage(
        await ctx.services.users.listUsersCreatedAfter(after, { limit, cursor: cursor ?? undefined }, { signal }),
      );
    }),

  getById: procedure
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
    .output(z.object({ deleted: z.literal(true) }))
    .mutation(async ({ ctx, input: { id, expectedVersion } }) => {
      if (!(await ctx.services.users.deleteUser(id, { expectedVersion }))) throw notFound();
      return { deleted: true as const };
    }),

  batchDelete: procedure
    .meta({ needs: 'users:admin', cost: 10 })
    .input(z.strictObject({ ids: z.array(id).min(1).max(1000) }))
    .output(z.object({ success: z.array(z.string()), failed: z.array(z.object({ id: z.string(), code: z.string() })) }))
    .mutation(async ({ ctx, input }) => {
      const { success, failed } = await ctx.services.users.batchDeleteUsers(input.ids);
      return { success, failed: failed.map(({ id, error }) => ({ id, code: failureCode(error) })) };
    }),

  count: procedure
    .meta({ needs: 'users:read', cost: 10 })
    .input(z.void())
    .output(z.object({ count: z.int() }))
    .query(async ({ ctx, signal }) => ({ count: await ctx.services.users.countUsers({ signal }) })),
});

const notFound = () => new ClientError({ code: 'NOT_FOUND', message: 'There is no such user' });

function found<T>(value: T | null): T {
  if (value === null) throw notFound();
  return value;
}

const toPage = <T>({ items, cursor }: { items: T[]; cursor?: string }) => ({ items, nextCursor: cursor });

/** The reason where there is one (`OUTCOME_UNKNOWN`), else the code that the same failure of a single call has. */
function failureCode(error: Error): string {
  const clientError = toClientError(error);
  return clientError?.details.reason ?? clientError?.code ?? 'INTERNAL_SERVER_ERROR';
}
