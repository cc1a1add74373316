import { type Attributes, type StoredItem, toEntity } from '../entity/entity.js';
import { type EntityDefinition, givenAttributes } from '../entity/entity-definition.js';
import { newStoredId } from '../entity/entity-id.js';
import { checkScope } from '../entity/scope.js';
import { InvalidItemError } from '../invalid-item-error.js';
import { canonical } from './call-fingerprint.js';
import { type PreparedCreate, preparedItem } from './create.js';

/**
 * Makes the item of an entity as it is given, with its version and times. No schema and no `normalise` is applied: it was stored before.
 * @throws InvalidItemError, ItemTooLargeError before anything is sent
 */
export async function prepareRestore(definition: EntityDefinition, entity: object): Promise<PreparedCreate> {
  const { id: givenId, createdAt, updatedAt, version, ...others } = entity as Attributes;
  const own = givenAttributes(others);
  checkScope(definition, own);
  const id = newStoredId(definition.prefix, givenId);
  const kept = { createdAt, updatedAt, version };
  const isVersion = Number.isSafeInteger(version) && Number(version) >= 0 && version !== Number.MAX_SAFE_INTEGER; // another one follows it
  if (!isVersion) throw new InvalidItemError('version', 'no version');
  for (const name of ['createdAt', 'updatedAt'] as const) {
    if (kept[name] === undefined) delete kept[name];
    else if (typeof kept[name] !== 'string') throw new InvalidItemError(name, 'unsupported type');
  }
  const prepared = preparedItem(definition, id, { ...own, ...kept }, own);
  const content = contentOf(prepared.item, definition);
  return { ...prepared, isRestored: (stored) => contentOf(stored, definition) === content };
}

/** Returns a text that two items share only where they have the same version and attributes. */
const contentOf = (item: StoredItem, { prefix }: EntityDefinition) => canonical(toEntity(item, prefix));
