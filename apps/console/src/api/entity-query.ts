import { queryOptions } from '@tanstack/react-query';
import type { Api } from './client.js';
import type { ConsoleEntity, ConsoleLookUp, Entity } from './description.js';
import { keys } from './keys.js';

/** Returns the look-up of an entity by its id, which every described entity has. */
export const lookUpById = ({ lookUps }: ConsoleEntity): ConsoleLookUp | undefined =>
  lookUps.find(({ by }) => by.length === 1 && by[0] === 'id');

/** Returns the input by which a procedure knows the scope. */
export const scopeInput = (entity: ConsoleEntity, scope: string | undefined): Readonly<Record<string, string>> =>
  entity.scope !== undefined && scope !== undefined ? { [entity.scope]: scope } : {};

/** The query of one entity. */
export const entityOptions = (api: Api, entity: ConsoleEntity, id: string, scope: string | undefined) =>
  queryOptions({
    queryKey: keys.one(entity.name, id, scope),
    queryFn: async ({ signal }) =>
      (await api.query(lookUpById(entity)?.path ?? '', { id, ...scopeInput(entity, scope) }, { signal })) as Entity,
    enabled: lookUpById(entity) !== undefined,
  });
