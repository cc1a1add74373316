import type { ConsoleEntity } from '../api/description.js';

/** An entity that a stored id names. */
export interface StoredEntity {
  readonly entity: ConsoleEntity;
  readonly id: string;
}

/** Returns the entity of a stored id, such as `USER#7c1…`; undefined for a claim, and for what the API does not show. */
export function entityOfStoredId(stored: string, entities: readonly ConsoleEntity[]): StoredEntity | undefined {
  const found = entities
    .filter(({ storage }) => storage !== undefined && stored.startsWith(storage.prefix))
    .reduce<ConsoleEntity | undefined>(
      (longest, one) => (prefixLength(one) > prefixLength(longest) ? one : longest),
      undefined,
    );
  const id = stored.slice(prefixLength(found));
  return found && id !== '' ? { entity: found, id } : undefined;
}

const prefixLength = (entity: ConsoleEntity | undefined) => entity?.storage?.prefix.length ?? 0;
