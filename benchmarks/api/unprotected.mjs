// Ours with nothing of what protects it or says what it does: the same procedures, schemas, loader and transport, but no tokens, permissions,
// limits, slots, headers for browsers or log. Only to tell what all of that costs.
import { createDynamoClient } from '@aws-starter-kit/dynamo';
import { leanRequestHandler } from '@aws-starter-kit/lean-trpc';
import { createUserSchema, UserModel, UserService, userSchema } from '@aws-starter-kit/users';
import { initTRPC } from '@trpc/server';
import DataLoader from 'dataloader';
import { fastify } from 'fastify';
import * as z from 'zod';

export async function make({ endpoint, table: tableName }) {
  const users = new UserService({ model: new UserModel({ client: createDynamoClient({ endpoint }), tableName }) });
  const t = initTRPC.context().create();
  const router = t.router({
    ping: t.procedure.output(z.object({ ok: z.boolean() })).query(() => ({ ok: true })),
    users: t.router({
      getById: t.procedure
        .input(z.strictObject({ id: z.string().min(1).max(2048) }))
        .output(userSchema)
        .query(({ ctx, input }) => ctx.loader.load(input.id)),
      create: t.procedure
        .input(createUserSchema)
        .output(userSchema)
        .mutation(({ input }) => users.createUser(input)),
    }),
  });
  const read = async (ids) => (ids.length === 1 ? [await users.getUserById(ids[0])] : users.getUsersByIds(ids));
  const app = fastify({ routerOptions: { maxParamLength: 16_384 } });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.route({
    method: ['GET', 'POST'],
    url: '/trpc/:path',
    handler: async (req, res) => {
      const createContext = () => ({ loader: new DataLoader(read) });
      await leanRequestHandler({ router, req, res, path: req.params.path, createContext });
      return res;
    },
  });
  return { app, style: 'trpc', cases: ['ping', 'getById', 'batch', 'create'] };
}
