import { overheadBytes, type Part, requestsAtOnce, writeParts } from './batch-write.js';
import type { Call } from './call.js';
import { mapBounded } from './chunks.js';
import { type Prepared, prepareNew } from './create.js';
import { type StoredItem, writeIdAttribute } from './entity.js';
import type { EntityKind } from './entity-kind.js';
import { UniqueConstraintError } from './errors.js';
import { type Action, putClaim, refuseUnclaimed } from './unique-claims.js';
import { ifAbsent } from './update-expression.js';

export interface BatchCreateOutcome {
  success: StoredItem[];
  failed: { index: number; error: Error }[];
}

/** Creates many, each with its claims; each failure has the index of its element. */
export async function createItems(call: Call, kind: EntityKind, list: readonly object[]): Promise<BatchCreateOutcome> {
  const created: (StoredItem | undefined)[] = [];
  const failed: BatchCreateOutcome['failed'] = [];
  const parts: Part[] = [];
  const fail = (index: number) => (error: Error) => failed.push({ index, error });
  await mapBounded([...list.entries()], kind.findUnclaimed ? requestsAtOnce : 1, async ([index, data]) => {
    try {
      const prepared = await prepareNew(kind, data);
      await refuseUnclaimed(call.part(), kind, prepared.claims, prepared.typed, prepared.item.id);
      const onDone = () => {
        created[index] = prepared.item;
      };
      parts[index] = createPart(call.connection.tableName, kind, prepared, onDone, fail(index));
    } catch (error) {
      fail(index)(error as Error);
    }
  });
  await writeParts(call, parts.filter(Boolean)); // elements that failed already left holes
  failed.sort((a, b) => a.index - b.index);
  return { success: created.filter((item) => item !== undefined), failed };
}

function createPart(
  TableName: string,
  kind: { prefix: string },
  { item, claims, bytes, writeId }: Prepared,
  onDone: () => void,
  onError: (error: Error) => void,
): Part {
  const put: Action = {
    Put: { TableName, Item: item, ...ifAbsent, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' },
  };
  return {
    actions: [put, ...claims.map((claim) => putClaim(TableName, claim, item.id))],
    bytes: bytes + overheadBytes * (1 + claims.length),
    onDone,
    onError,
    onRefused(refused) {
      if (refused.get(0)?.[writeIdAttribute] === writeId) {
        onDone(); // stored by the first try, whose reply was lost
        return undefined;
      }
      const claim = claims.find((_, i) => refused.has(i + 1));
      onError(
        refused.has(0) || !claim
          ? new UniqueConstraintError('id', item.id.slice(kind.prefix.length))
          : new UniqueConstraintError(claim.attribute, claim.value),
      );
      return undefined;
    },
  };
}
