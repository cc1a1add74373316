import type { Session } from '../call/model-calls.js';
import { getCurrentTimestamp, type StoredItem, versionOf } from '../entity/entity.js';
import { type VersionItem, versionItem } from '../entity/version-item.js';
import type { Action } from './pending-write.js';

/** Returns the action that keeps the version of a write, for the same transaction; none where the model keeps no versions. */
export const keepVersion = (session: Session, item: StoredItem): Action[] =>
  session.definition.keepsHistory
    ? put(session, versionItem(session.definition, item, versionOf(item), String(item.updatedAt ?? item.createdAt)))
    : [];

/** As {@link keepVersion}, for a delete, which counts as the next version. */
export const keepDeletion = (session: Session, stored: StoredItem): Action[] =>
  session.definition.keepsHistory
    ? put(
        session,
        versionItem(session.definition, stored, versionOf(stored) + 1, getCurrentTimestamp(), { isDeleted: true }),
      )
    : [];

const put = ({ call }: Session, Item: VersionItem): Action[] => [
  { Put: { TableName: call.connection.tableName, Item } },
];
