import type { Examination } from './examination.js';
import { asRead, fenceOf, type Stored, stateAttributes } from './stored-item.js';

/**
 * AWS rejects a request whose signature is older than five minutes. Clocks may differ, so a fence is kept for twice
 * that.
 */
export const fenceLifetimeMs = 10 * 60_000;

/** With `fix`, removes the tombstones that have nothing left to keep out. @returns how many */
export async function removeTombstones(
  { database, removesTombstones }: Examination,
  tombstones: readonly Stored[],
): Promise<number> {
  let removed = 0;
  for (const tombstone of tombstones) {
    if (!removesTombstones || !(fenceOf(tombstone) < Date.now() - fenceLifetimeMs)) continue;
    // a create may replace it at any moment, and a late delete raise its fence
    if (await database.remove(tombstone.item.id, asRead(tombstone.raw, stateAttributes))) removed++;
  }
  return removed;
}
