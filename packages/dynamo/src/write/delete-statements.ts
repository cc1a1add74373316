import { mapBounded } from '../call/concurrency.js';
import type { Session } from '../call/model-calls.js';
import { fenceAttribute } from '../entity/entity.js';
import { requestsAtOnce } from './batch-entry.js';
import { commit } from './commit.js';
import { deleting } from './delete.js';
import { oldestFence, raiseFence, unknownOutcome } from './fence.js';
import { noteWritten } from './pending-write.js';
import { pauseIfThrottled, sendStatements } from './statements.js';

/**
 * Deletes entities without unique attributes, up to 25 with one request, at a unit each. BatchWriteItem takes no conditions, so it would delete a
 * fenced entity without leaving a tombstone. An entity that its statement does not settle is deleted by a request of its own.
 */
export async function deletePlain(session: Session, ids: readonly string[], failures: Map<string, Error>) {
  const sentAt = Date.now();
  const { tableName } = session.call.connection;
  const Statement = `DELETE FROM "${tableName}" WHERE "id" = ? AND ("${fenceAttribute}" IS MISSING OR "${fenceAttribute}" < ?)`;
  const statements = ids.map((id) => ({ Statement, Parameters: [id, oldestFence()] }));
  const results = await sendStatements(session, 'DELETE', statements).catch((error: Error) => {
    for (const id of ids) failures.set(id, error);
    return [];
  });
  await mapBounded([...results.entries()], requestsAtOnce, async ([i, result]) => {
    const id = ids[i] as string;
    if (result.is === 'applied' && !result.isUncertain) return noteWritten(session, id, {});
    try {
      if (result.isUncertain) await raiseFence(session, { id, sentAt });
      else await pauseIfThrottled(session, result);
      await commit(session, await deleting(session, id, {}));
    } catch (error) {
      failures.set(id, result.isUncertain ? unknownOutcome(error) : (error as Error));
    }
  });
}
