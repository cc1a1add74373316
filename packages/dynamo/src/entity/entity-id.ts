import { InvalidItemError } from '../invalid-item-error.js';

/** DynamoDB's limits of key values, in bytes of UTF-8. */
export const maxPartitionKeyBytes = 2048;
export const maxSortKeyBytes = 1024;

/** Returns the prefix of ids: `USER#` for the entity `User`. @throws TypeError for a name that would be ambiguous in keys */
export function entityPrefix(entityName: string): string {
  if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(entityName) || /^(UNIQUE|ONCE)$/i.test(entityName)) {
    throw new TypeError(
      `getEntityName() gives ${JSON.stringify(entityName)}: it takes a letter, then letters, digits and _ (but not UNIQUE, which claims use, and not ONCE, which the records of \`once\` use)`,
    );
  }
  return `${entityName.toUpperCase()}#`;
}

/** Returns the stored form of an id, or null where no item can have it (empty, over 2,048 bytes, or invalid Unicode). */
export function storedId(prefix: string, id: string): string | null {
  const stored = id.startsWith(prefix) ? id : prefix + id;
  // at most 3 bytes of UTF-8 per code unit: most ids need no counting
  const fits = stored.length * 3 <= maxPartitionKeyBytes || Buffer.byteLength(stored) <= maxPartitionKeyBytes;
  return fits && stored.length > prefix.length && stored.isWellFormed() ? stored : null;
}

/** As {@link storedId}, for a new id. @throws InvalidItemError where no item can have it */
export function newStoredId(prefix: string, id: unknown): string {
  if (typeof id !== 'string') throw new InvalidItemError('id', 'unsupported type');
  const stored = storedId(prefix, id);
  if (stored !== null) return stored;
  if (!id.isWellFormed()) throw new InvalidItemError('id', 'invalid Unicode');
  throw new InvalidItemError('id', id === '' || id === prefix ? 'empty key' : 'pk over 2,048 bytes');
}
