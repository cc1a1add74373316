import type { Inspection } from '@aws-starter-kit/dynamo';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as z from 'zod';
import type { ConsoleEntity, StoredAs } from './description.js';
import { assertPermission, type Guard } from './rejection.js';
import { bodyOf } from './request-body.js';
import { modelOf } from './storage.js';

const inputSchema = z.object({
  entity: z.string().max(200),
  value: z.looseObject({ id: z.string().min(1).max(2048) }),
});

interface StorageOptions {
  readonly guard: Guard;
  readonly models: readonly Inspection[];
  readonly entitiesOf: (request: FastifyRequest) => readonly ConsoleEntity[];
}

/** Adds the route that tells where an entity is stored: its id, its index keys and its claims. Sends no request. */
export function addStorageRoute(app: FastifyInstance, { guard, models, entitiesOf }: StorageOptions): void {
  app.post('/api/storage', async (request): Promise<StoredAs> => {
    const { entity: name, value } = bodyOf(request, inputSchema, guard.reject);
    const entity = entitiesOf(request).find((one) => one.name === name);
    const model = modelOf(name, models);
    if (!entity || !model) {
      throw guard.reject({ code: 'NOT_FOUND', message: 'There is no such entity, or its storage is not known' });
    }
    assertPermission(guard, request, entity.lookUps.find(({ path }) => path === `${name}.getById`)?.needs);
    try {
      return storedAs(model, value);
    } catch (cause) {
      const message = `Its model cannot store it: ${cause instanceof Error ? cause.message : cause}`;
      throw guard.reject({ code: 'BAD_REQUEST', message, cause });
    }
  });
}

function storedAs({ prefix, keys, claims }: Inspection, value: { readonly id: string }): StoredAs {
  const id = value.id.startsWith(prefix) ? value.id : `${prefix}${value.id}`;
  const item = { ...value, id };
  return {
    id,
    keys: Object.fromEntries(Object.entries(keys(item)).filter(([, key]) => typeof key === 'string')) as Record<
      string,
      string
    >,
    claims: claims(item).map(({ attribute: unique, id }) => ({ unique, id })),
  };
}
