import type { Call } from './call.js';
import { type Attributes, type StoredItem, versionOf } from './entity.js';
import type { EntityKind } from './entity-kind.js';
import { VersionConflictError, WriteOutcomeUnknownError } from './errors.js';
import { judgeStored } from './outcome.js';
import { getItem } from './read.js';
import { claimsHeld, freeClaims, sparedNow } from './unique-claims.js';
import { deleteExpressions } from './update-expression.js';
import type { Step, Write } from './write.js';

/** No write stamps what is gone: a delete is recognised by nothing. */
const noWriteId = '';

/** The delete of one entity with its claims; answers whether it existed. Those without claims are not read before. */
export async function deleting(
  call: Call,
  kind: EntityKind,
  id: string,
  expectedVersion: number | undefined,
): Promise<Step<boolean>> {
  if (kind.unique.length === 0) return deletingUnread(call, id, expectedVersion);
  return deletingStored(call, kind, await getItem(call, id, true), expectedVersion);
}

/** A repeat that finds nothing answers true: the first try may have done it, and gone it is. */
function deletingUnread({ connection }: Call, id: string, expectedVersion: number | undefined): Write<boolean> {
  const guard = expectedVersion === undefined ? undefined : deleteExpressions({ version: expectedVersion });
  const request = { TableName: connection.tableName, Key: { id } };
  return {
    actions: [{ Delete: guard ? { ...request, ...guard, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } : request }],
    bytes: 0,
    returns: 'ALL_OLD',
    done: (call, returned) => returned !== undefined || call.isRepeat,
    refused(call, refused) {
      const stored = refused.get(0);
      if (stored) checkVersion(call, stored, expectedVersion);
      return { answer: call.isRepeat };
    },
  };
}

/**
 * The delete of an item as it was read: under its unique values, so that no claim outlives it, and with the claims that are its own.
 * @param spared ids of claims of others, met on the way: left alone, as long as they are not its own
 */
export function deletingStored(
  call: Call,
  kind: EntityKind,
  stored: StoredItem | undefined,
  expectedVersion?: number,
  spared: readonly string[] = [],
): Step<boolean> {
  if (!stored) return { answer: call.isRepeat }; // as in `deletingUnread`; neither a read nor a transaction is in doubt
  checkVersion(call, stored, expectedVersion);
  const TableName = call.connection.tableName;
  const values = Object.fromEntries(kind.unique.map((attribute) => [attribute, stored[attribute]]));
  const guard = deleteExpressions({ version: expectedVersion, values });
  const own = { TableName, Key: { id: stored.id }, ...guard, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const };
  const claims = claimsHeld(kind, stored);
  return {
    actions: [{ Delete: own }, ...freeClaims(TableName, claims, stored.id, spared)],
    bytes: 0,
    done: () => true,
    refused(call, refused) {
      const now = refused.has(0) ? (refused.get(0) as StoredItem | undefined) : stored;
      return deletingStored(call, kind, now, expectedVersion, sparedNow(spared, claims, refused, 1));
    },
  };
}

function checkVersion(call: Call, stored: Attributes, expectedVersion: number | undefined): void {
  if (expectedVersion === undefined || versionOf(stored) === expectedVersion) return;
  const verdict = judgeStored(stored, { writeId: noWriteId, expectedVersion, isRepeat: call.isRepeat });
  if (verdict === 'unknown') throw new WriteOutcomeUnknownError();
  throw new VersionConflictError(expectedVersion, versionOf(stored));
}
