import type { Entity } from '../../api/description.js';
import { describeError } from '../../api/errors.js';
import { deleteInput, scopeInput, updateInput } from '../entity-calls.js';
import type { BulkContext } from './bulk-context.js';
import type { FailedRow, WorkOutcome } from './bulk-runner.js';

const one: WorkOutcome = { done: 1, failed: [] };

/** Returns the change of one entity, at the version that the list showed. */
export const updateOne =
  (context: BulkContext, path: string, data: Readonly<Record<string, unknown>>) =>
  async (row: Entity, signal: AbortSignal): Promise<WorkOutcome> => {
    const { api, entity, scope, keyOf, withVersion } = context;
    const seen = await withVersion(row, signal);
    signal.throwIfAborted();
    await api.mutate(path, updateInput(entity, { seen, scope, data }), { key: keyOf(row) });
    return one;
  };

/** Returns the delete of one entity, at the version that the list showed. One that is gone already counts as deleted. */
export const deleteOne =
  (context: BulkContext, path: string) =>
  async (row: Entity, signal: AbortSignal): Promise<WorkOutcome> => {
    const { api, entity, scope, keyOf, withVersion } = context;
    try {
      const seen = await withVersion(row, signal);
      signal.throwIfAborted();
      await api.mutate(path, deleteInput(entity, seen, scope), { key: keyOf(row) });
    } catch (error) {
      if (describeError(error).kind !== 'notFound') throw error;
    }
    return one;
  };

/** How many entities are deleted by one call. */
export const batchSize = 25;
const mostRounds = 3;
/** Codes of entities which a further call may delete. */
const transient: ReadonlySet<string> = new Set([
  'OUTCOME_UNKNOWN',
  'TOO_MANY_REQUESTS',
  'SERVICE_UNAVAILABLE',
  'TIMEOUT',
]);

/** Returns the delete of several entities by one call, as they are now. */
export const deleteBatch =
  ({ api, entity, scope, keyOf }: BulkContext, path: string) =>
  async (rows: readonly Entity[], signal: AbortSignal): Promise<WorkOutcome> => {
    let ids = rows.map(({ id }) => id);
    for (let round = 1; ; round++) {
      // a retry may delete what is left: a batch is no single write, so that no key guards it
      const input = { ...scopeInput(entity, scope), ids };
      const { failed } = (await api.mutate(path, input, { key: `${keyOf(rows)}.${round}` })) as BatchAnswer;
      const again = failed.filter(({ code }) => transient.has(code) && round < mostRounds && !signal.aborted);
      if (again.length === 0)
        return {
          done: rows.length - failed.length,
          failed: failed.map(({ id, code }): FailedRow => ({ row: id, reason: code })),
        };
      ids = failed.map(({ id }) => id);
    }
  };

interface BatchAnswer {
  readonly failed: readonly { readonly id: string; readonly code: string }[];
}
