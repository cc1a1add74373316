import type { Session } from '../call/model-calls.js';
import { type Attributes, isManagedAttribute, type StoredItem, versionOf } from '../entity/entity.js';
import { isAlive, isInScope } from '../entity/entity-definition.js';
import { type VersionItem, versionItemId } from '../entity/version-item.js';
import { ConditionFailedError, UniqueConstraintError, VersionConflictError } from '../errors.js';
import type { VersionOption } from '../options.js';
import { getItem } from '../read/get-item.js';
import { latestLife } from '../read/versions.js';
import { commit } from './commit.js';
import { creating, prepareCreate } from './create.js';
import { prepareUpdate } from './prepare-update.js';
import { readModifyWrite } from './update.js';

/**
 * Gives an entity the attributes of one of its versions, as a new version; one that was deleted is created again. Neither parsed nor normalised,
 * since the version was.
 * @returns the item, or null where there is no such version, or no entity that could have the expected one
 */
export async function revertItem(
  { call, definition }: Session,
  id: string,
  version: number,
  options: VersionOption,
): Promise<StoredItem | null> {
  const session: Session = { call, definition: { ...definition, schema: undefined, normalise: (data) => data } };
  for (let round = 1; ; round++) {
    if (round > 1) await call.pause(round - 1, 'conflict');
    const stored = await getItem(call, id, true);
    const isThere = isAlive(definition, stored);
    if (isThere ? !isInScope(definition, stored) : options.expectedVersion !== undefined) return null;
    const life = isThere ? String(stored.createdAt ?? '') : await latestLife(call, definition, id);
    const wanted = life === undefined ? undefined : await versionOfLife(session, id, life, version);
    if (!wanted) return null;
    const { expectedVersion = isThere ? versionOf(stored) : undefined } = options;
    try {
      if (!isThere) {
        return await commit(session, await creating(session, await prepareCreate(session.definition, wanted, id)));
      }
      const { changes, set } = changesTo(wanted, stored, definition.counters);
      const isChange = Object.keys({ ...changes, ...set }).length > 0;
      const isOfLife = isChange
        ? { createdAt: stored.createdAt === undefined ? { exists: false } : stored.createdAt }
        : undefined;
      const update = await prepareUpdate(session.definition, id, changes, { expectedVersion, set, if: isOfLife });
      const updated = await commit(session, await readModifyWrite(session, update, stored));
      if (updated) return updated; // else deleted in between
    } catch (error) {
      const isCreated = error instanceof UniqueConstraintError && error.attribute === 'id';
      const isWritten = error instanceof VersionConflictError && options.expectedVersion === undefined;
      const isReplaced = error instanceof ConditionFailedError;
      if (!isCreated && !isWritten && !isReplaced) throw error; // otherwise another call wrote since the read
    }
  }
}

/** Returns the own attributes of an entity at a version; undefined where there is none, or it is of another scope. */
async function versionOfLife(
  { call, definition }: Session,
  id: string,
  life: string,
  version: number,
): Promise<Attributes | undefined> {
  const item = (await getItem(call, versionItemId(definition, id, life, version), true)) as VersionItem | undefined;
  return item && !item.isDeleted && isInScope(definition, item.entity) ? ownAttributes(item.entity) : undefined;
}

const ownAttributes = (entity: Attributes): Attributes =>
  Object.fromEntries(Object.entries(entity).filter(([name]) => !isManagedAttribute(name)));

/** The changes after which an entity has these attributes, its own counters, and no others. null is set, where it would remove an attribute. */
function changesTo(wanted: Attributes, stored: StoredItem, counters: readonly string[]) {
  const isNull = (name: string) => wanted[name] === null;
  const names = [...Object.keys(ownAttributes(stored)), ...Object.keys(wanted)].filter(
    (name) => !isNull(name) && !counters.includes(name),
  );
  return {
    changes: Object.fromEntries(names.map((name) => [name, wanted[name] ?? null])),
    set: Object.fromEntries(
      Object.keys(wanted)
        .filter(isNull)
        .map((name) => [name, null]),
    ),
  };
}
