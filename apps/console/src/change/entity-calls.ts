import type { Api } from '../api/client.js';
import type { ConsoleEntity, Entity, JsonSchema } from '../api/description.js';
import { type NamedField, namedFields } from './form/field-spec.js';

/** Attributes that the API sets. */
const managed: ReadonlySet<string> = new Set(['id', 'version', 'createdAt', 'updatedAt']);

/** Returns the input that names the scope. */
export const scopeInput = (entity: ConsoleEntity, scope: string | undefined): Record<string, string> =>
  entity.scope !== undefined && scope !== undefined ? { [entity.scope]: scope } : {};

/** Returns the inputs of a new entity. */
export const createFields = (entity: ConsoleEntity): NamedField[] =>
  namedFields(entity.create?.input).filter(({ name }) => name !== entity.scope);

/** The schema of the attributes that an update can change. */
export const updateSchema = (entity: ConsoleEntity): JsonSchema | undefined => entity.update?.input?.properties?.data;

/** Returns the inputs of what an update can change. An attribute that it cannot remove counts as required. */
export function updateFields(entity: ConsoleEntity): NamedField[] {
  const required = new Set(entity.create?.input?.required);
  return namedFields(updateSchema(entity)).map((field) => ({ ...field, isRequired: required.has(field.name) }));
}

/** Reads an entity as it is stored now. */
export const readEntity = async (
  api: Api,
  { entity, id, scope, signal }: { entity: ConsoleEntity; id: string; scope: string | undefined; signal?: AbortSignal },
): Promise<Entity> =>
  (await api.query(`${entity.name}.getById`, { ...scopeInput(entity, scope), id }, { signal })) as Entity;

/** Returns the input of an update that must meet the entity as the user saw it. */
export const updateInput = (
  entity: ConsoleEntity,
  { seen, scope, data }: { seen: Entity; scope: string | undefined; data: Readonly<Record<string, unknown>> },
) => ({ ...scopeInput(entity, scope), id: seen.id, data, ...atVersion(seen) });

/** Returns the input of a delete that must meet the entity as the user saw it. */
export const deleteInput = (entity: ConsoleEntity, seen: Entity, scope: string | undefined) => ({
  ...scopeInput(entity, scope),
  id: seen.id,
  ...atVersion(seen),
});

/** Returns the input of a revert, which must meet the entity as the user saw it where the procedure can demand that. */
export const revertInput = (
  entity: ConsoleEntity,
  { scope, id, version, value }: { scope: string | undefined; id: string; version: number; value: Entity | undefined },
) => ({
  ...scopeInput(entity, scope),
  id,
  version,
  ...(value && Object.hasOwn(entity.revert?.input?.properties ?? {}, 'expectedVersion') && atVersion(value)),
});

const atVersion = ({ version }: Entity) => (version === undefined ? {} : { expectedVersion: version });

/**
 * Returns the input by which a deleted entity is created again; undefined if the create lacks one of its attributes,
 * which would be lost.
 */
export function recreateInput(
  entity: ConsoleEntity,
  value: Entity,
  scope: string | undefined,
): Record<string, unknown> | undefined {
  const accepted = entity.create?.input?.properties;
  if (!accepted) return undefined;
  const own = Object.entries(value).filter(
    ([name, one]) =>
      one !== undefined && one !== null && name !== entity.scope && (name in accepted || !managed.has(name)),
  );
  if (own.some(([name]) => !Object.hasOwn(accepted, name))) return undefined;
  return { ...Object.fromEntries(own), ...scopeInput(entity, scope) };
}

/** Returns whether a created entity can keep its id. */
export const keepsId = (entity: ConsoleEntity): boolean => Object.hasOwn(entity.create?.input?.properties ?? {}, 'id');

/** Returns an entity as people know it: by its name, or else its id. */
export function nameOf(entity: ConsoleEntity, value: Readonly<Record<string, unknown>>): string {
  const name = ['name', 'title', 'email', 'key', 'id']
    .map((one) => value[one])
    .find((one) => typeof one === 'string' && one !== '');
  return name === undefined ? entity.singular : `${entity.singular} “${String(name).slice(0, 60)}”`;
}
