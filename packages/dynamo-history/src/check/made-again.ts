import { type Create, type Delete, type Entry, type History, kindOf } from '../history.js';

/**
 * The notes that may have been made twice. The create of an entity without unique attributes is a single request without a token: where its reply is lost, and
 * somebody finds and deletes the entity before the repeat, the repeat makes it again (docs/integrity.md). Of two lives with the same id and the
 * same versions nothing can be said, so these are left out, and counted in the summary.
 */
export function perhapsMadeAgain({ entries }: Pick<History, 'entries'>): ReadonlySet<string> {
  const creates = new Map<string, Create>();
  for (const entry of entries) if (entry.op === 'create' && kindOf(entry.id) === 'note') creates.set(entry.id, entry);
  const ids = new Set<string>();
  for (const entry of entries) {
    if (entry.op !== 'delete') continue;
    const create = creates.get(entry.id);
    if (create && mayDelete(entry) && entry.start <= lastPossible(create)) ids.add(entry.id);
  }
  return ids;
}

/** Until when a request of a call may arrive. */
const lastPossible = (call: Create): number => (isOpen(call) ? Number.POSITIVE_INFINITY : call.end);

/** A delete that may be the one that ended an entity. */
export const mayDelete = (call: Delete): boolean =>
  isOpen(call) || (call.outcome.is === 'ok' && call.outcome.existed !== false);

/** Nobody can say whether it happened. */
export const isOpen = ({ outcome }: Entry): boolean => outcome.is === 'unknown' || outcome.is === 'broke';
