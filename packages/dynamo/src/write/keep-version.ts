import type { Session } from '../call/model-calls.js';
import { getCurrentTimestamp, type StoredItem, versionOf } from '../entity/entity.js';
import { type VersionItem, versionBytes, versionItem } from '../entity/version-item.js';
import { ItemTooLargeError } from '../errors.js';
import { isAbsent } from '../expressions/update-expression.js';
import { InvalidItemError } from '../invalid-item-error.js';
import { shallowMerge } from '../shallow-merge.js';
import type { Action } from './pending-write.js';

/** What keeps a version, in the transaction of the write that makes it. */
interface Kept {
  readonly actions: readonly Action[];
  readonly bytes: number;
}

const nothing: Kept = { actions: [], bytes: 0 };

/**
 * Returns the action that keeps the version that a write makes; none where the model keeps no versions.
 * @param isNewLife requires that this life has no version yet: an entity that was created in the same
 * millisecond, and deleted since, has left versions with the same ids
 * @throws ItemTooLargeError, InvalidItemError for an entity whose version cannot be stored
 */
export function keepVersion(session: Session, item: StoredItem, isNewLife = false): Kept {
  const { definition } = session;
  if (!definition.keepsHistory) return nothing;
  const version = versionItem(definition, item, versionOf(item), String(item.updatedAt ?? item.createdAt));
  return put(session, version, isNewLife ? { ConditionExpression: isAbsent } : undefined);
}

/** As {@link keepVersion}, for a delete: it takes the place of the next version. */
export function keepDeletion(session: Session, stored: StoredItem): Kept {
  const { definition } = session;
  if (!definition.keepsHistory) return nothing;
  const version = versionOf(stored) + 1;
  const item = versionItem(definition, stored, version, getCurrentTimestamp(), { isDeleted: true });
  try {
    return put(session, item);
  } catch (error) {
    if (!(error instanceof ItemTooLargeError || error instanceof InvalidItemError)) throw error;
    return put(session, { ...item, entity: {} }); // written before its versions were kept: it can be deleted all the same
  }
}

const put = ({ call }: Session, Item: VersionItem, condition?: { ConditionExpression: string }): Kept => ({
  actions: [{ Put: shallowMerge({ TableName: call.connection.tableName, Item }, condition) }],
  bytes: versionBytes(Item),
});
