import type { Call } from './call.js';
import { type Attributes, type StoredItem, versionOf } from './entity.js';
import type { EntityKind } from './entity-kind.js';
import { VersionConflictError, WriteOutcomeUnknownError } from './errors.js';
import { judgeStored } from './outcome.js';
import { getItem } from './read.js';
import { itemOfFailure, transact } from './transact.js';
import { type Action, type Claim, claimsHeld, deleteClaim } from './unique-claims.js';
import { deleteExpressions } from './update-expression.js';

/** No write stamps what is gone: a delete is recognised by nothing. */
const noWriteId = '';

/** Deletes one item with its claims; true: it existed. */
export async function deleteItem(
  call: Call,
  kind: EntityKind,
  id: string,
  expectedVersion: number | undefined,
): Promise<boolean> {
  return kind.unique.length === 0
    ? deleteUnread(call, id, expectedVersion)
    : readAndDelete(call, kind, id, expectedVersion);
}

/** One DeleteItem. A repeat that finds nothing answers true: the first try may have done it, and gone it is. */
async function deleteUnread(call: Call, id: string, expectedVersion: number | undefined): Promise<boolean> {
  const guard = expectedVersion === undefined ? undefined : deleteExpressions({ version: expectedVersion });
  try {
    const { Attributes } = await call.send('DeleteItem', {
      TableName: call.connection.tableName,
      Key: { id },
      ReturnValues: 'ALL_OLD',
      ...(guard && { ...guard, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
    });
    return Attributes !== undefined || call.isRepeat;
  } catch (error) {
    const stored = itemOfFailure(error);
    if (!stored) return call.isRepeat;
    return refuse(call, stored, expectedVersion);
  }
}

/** Throws what a guard by version met. */
function refuse(call: Call, stored: Attributes, expectedVersion: number | undefined): never {
  const verdict = judgeStored(stored, { writeId: noWriteId, expectedVersion, isRepeat: call.isRepeat });
  if (verdict === 'unknown') throw new WriteOutcomeUnknownError();
  throw new VersionConflictError(expectedVersion as number, versionOf(stored));
}

/** The delete of an item under the unique values read, so that no claim outlives it, and of the claims that are its own. */
export function deleteActions(
  tableName: string,
  kind: EntityKind,
  stored: StoredItem,
  claims: readonly Claim[],
  expectedVersion?: number,
): Action[] {
  const values = Object.fromEntries(kind.unique.map((attribute) => [attribute, stored[attribute]]));
  return [
    {
      Delete: {
        TableName: tableName,
        Key: { id: stored.id },
        ...deleteExpressions({ version: expectedVersion, values }),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    },
    ...claims.map((claim) => deleteClaim(tableName, claim, stored.id)),
  ];
}

/** Read, then delete under the unique values read; over again where they changed in between. */
async function readAndDelete(
  call: Call,
  kind: EntityKind,
  id: string,
  expectedVersion: number | undefined,
): Promise<boolean> {
  let stored = await getItem(call, id, true);
  const left = new Set<string>(); // claims of others, met on the way out: left alone
  for (let attempt = 1; ; attempt++) {
    if (!stored) return false;
    if (expectedVersion !== undefined && versionOf(stored) !== expectedVersion) refuse(call, stored, expectedVersion);
    if (attempt > 2) await call.pause(attempt - 2, 'contention');
    const claims = claimsHeld(kind, stored).filter((claim) => !left.has(claim.id));
    const refused = await transact(
      call,
      deleteActions(call.connection.tableName, kind, stored, claims, expectedVersion),
    );
    if (!refused) return true;
    if (refused.has(0)) {
      stored = refused.get(0) as StoredItem | undefined;
    } else {
      claims.forEach((claim, i) => {
        if (refused.has(i + 1)) left.add(claim.id);
      });
    }
  }
}
