import { inChunks, mapBounded } from '../call/concurrency.js';
import type { Session } from '../call/model-calls.js';
import type { StoredItem } from '../entity/entity.js';
import { storedId } from '../entity/entity-id.js';
import { EntityNotFoundError } from '../errors.js';
import { forked, noteUncertain } from './batch-entry.js';
import { type AnyUpdateOptions, prepareUpdate, sameUpdateOf } from './prepare-update.js';
import { updateItem } from './update.js';

/** Requests in flight, each of which writes one entity: 800 entities a second at 20 ms an answer, with an eighth of the default number of sockets. */
const updatesAtOnce = 16;
/** Updates that share one deadline: two rounds, since 100 updates took longer than 5 s on a slow engine. */
const chunkSize = 2 * updatesAtOnce;

/**
 * Updates many entities in the same way, each by itself: a transaction would cost twice the units, and entities do not depend on each other. An
 * id given twice counts once.
 * @throws InvalidItemError, ItemTooLargeError, TypeError for changes that no entity could have, before anything is sent
 */
export async function updateItems(
  session: Session,
  ids: readonly string[],
  changes: object,
  options: AnyUpdateOptions,
): Promise<{ success: StoredItem[]; failed: { id: string; error: Error }[] }> {
  const { name, prefix } = session.definition;
  const update = await prepareUpdate(session.definition, '', changes, options);
  const unprefixed = (id: string) => (id.startsWith(prefix) ? id.slice(prefix.length) : id);
  const distinct = [...new Set(ids.map(unprefixed))];
  const updated = new Map<string, StoredItem>();
  const failures = new Map<string, Error>();
  for (const chunk of inChunks(distinct, chunkSize)) {
    const part = forked(session);
    await mapBounded(chunk, updatesAtOnce, async (id) => {
      const key = storedId(prefix, id);
      try {
        const item = key === null ? null : await updateItem(part, sameUpdateOf(key, update));
        if (!item) throw new EntityNotFoundError(name, id);
        updated.set(id, item);
      } catch (error) {
        noteUncertain(session, prefix + id, error as Error);
        failures.set(id, error as Error);
      }
    });
  }
  return {
    success: distinct.flatMap((id) => updated.get(id) ?? []),
    failed: distinct.flatMap((id) => {
      const error = failures.get(id);
      return error ? { id, error } : [];
    }),
  };
}
