import type { Entity } from '../api/description.js';

interface Kept {
  readonly entity: Entity | null;
}

/**
 * Returns whether a revert to a kept version gives the entity its attributes. An id that was deleted and used again has
 * several lives, whose versions all begin with 1. A revert looks in the last life only.
 * @param value the entity as it is now; undefined if it is deleted
 * @param versions the kept versions, the latest first
 */
export function canRevertTo(kept: Entity | null, value: Entity | undefined, versions: readonly Kept[]): boolean {
  if (!kept) return false;
  if (value) return kept.createdAt === value.createdAt && kept.version !== value.version;
  return kept.createdAt === versions.find(({ entity }) => entity !== null)?.entity?.createdAt;
}
