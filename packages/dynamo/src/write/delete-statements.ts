import { mapBounded } from '../call/concurrency.js';
import type { Session } from '../call/model-calls.js';
import type { Connection } from '../connection/connection.js';
import { fenceAttribute } from '../entity/entity.js';
import { commit } from './commit.js';
import { deleting } from './delete.js';
import { oldestFence, raiseFence, unknownOutcome } from './fence.js';
import { noteWritten } from './pending-write.js';

/** DynamoDB's limit of a BatchExecuteStatement. */
export const maxStatements = 25;
const requestsAtOnce = 4;

/** Connections whose role lacks `dynamodb:PartiQLDelete`: they delete one entity with each request. */
const withoutStatements = new WeakSet<Connection>();

/** An id that its statement has not settled, with the error code of the statement. */
interface Unsettled {
  readonly id: string;
  readonly code: string | undefined;
  /** The statement may have been applied, and may still arrive. */
  readonly isUncertain: boolean;
}

/**
 * Deletes entities without unique attributes, up to 25 with one request, at a unit each. BatchWriteItem takes no conditions, so it would delete a
 * fenced entity without leaving a tombstone. What a statement does not settle is deleted by itself.
 */
export async function deletePlain(session: Session, ids: readonly string[], failures: Map<string, Error>) {
  const sentAt = Date.now();
  const unsettled = await deleteByStatements(session, ids).catch((error: Error) => {
    for (const id of ids) failures.set(id, error);
    return [];
  });
  const isOpen = new Set([...unsettled.map(({ id }) => id), ...failures.keys()]);
  for (const id of ids) if (!isOpen.has(id)) noteWritten(session, id, {});
  await mapBounded(unsettled, requestsAtOnce, async ({ id, code, isUncertain }) => {
    try {
      if (isUncertain) await raiseFence(session, { id, sentAt });
      else if (isThrottling(code)) await session.call.pause(1, 'throttled');
      await commit(session, await deleting(session, id, {}));
    } catch (error) {
      failures.set(id, isUncertain ? unknownOutcome(error) : (error as Error));
    }
  });
}

async function deleteByStatements({ call }: Session, ids: readonly string[]): Promise<readonly Unsettled[]> {
  const { connection } = call;
  const none = ids.map((id) => ({ id, code: undefined, isUncertain: false }));
  if (withoutStatements.has(connection)) return none;
  const Statement = `DELETE FROM "${connection.tableName}" WHERE "id" = ? AND ("${fenceAttribute}" IS MISSING OR "${fenceAttribute}" < ?)`;
  const Statements = ids.map((id) => ({ Statement, Parameters: [id, oldestFence()] }));
  const result = await call.write('BatchExecuteStatement', { Statements }).catch((error: Error) => {
    if (error.name !== 'AccessDeniedException') throw error;
  });
  const codes = result?.is === 'applied' ? result.output.Responses?.map((response) => response.Error?.Code) : undefined;
  if (!codes || codes.includes('AccessDenied')) withoutStatements.add(connection);
  if (!codes) return none;
  return ids.flatMap((id, i): Unsettled | [] => {
    const code = codes[i];
    const isUncertain = result?.abandoned === true || code === 'InternalServerError';
    return isUncertain || code !== undefined ? { id, code, isUncertain } : [];
  });
}

const isThrottling = (code: string | undefined): boolean =>
  code === 'ThrottlingError' || code === 'ProvisionedThroughputExceeded' || code === 'RequestLimitExceeded';
