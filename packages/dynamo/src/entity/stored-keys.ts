import { shallowMerge } from '../shallow-merge.js';
import type { Attributes } from './entity.js';
import type { EntityDefinition } from './entity-definition.js';
import { type IndexKeys, indexKeys } from './index-keys.js';
import { vectorKeys } from './vector-index.js';

/**
 * Returns all keys of an entity: those of `setGSIKeys`, and those of its vector index.
 * @throws the errors of `indexKeys`
 */
export function storedKeys(definition: EntityDefinition, entity: Attributes): IndexKeys {
  const { setGSIKeys, indexed, vectors, prefix } = definition;
  const keys = indexKeys(setGSIKeys, entity, indexed);
  return vectors ? shallowMerge(keys, vectorKeys(vectors, prefix, entity)) : keys;
}
