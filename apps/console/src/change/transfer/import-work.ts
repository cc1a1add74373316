import type { Api } from '../../api/client.js';
import type { ConsoleEntity } from '../../api/description.js';
import { describeError } from '../../api/errors.js';
import type { WorkOutcome } from '../bulk/bulk-runner.js';
import { scopeInput } from '../entity-calls.js';
import type { NamedField } from '../form/field-spec.js';
import { isKeyForgotten } from '../save/key-lifetime.js';
import { type ImportState, rowKey } from './import-state.js';
import { type ColumnMapping, rowInput } from './row-input.js';
import type { SourceRow } from './source-row.js';

export interface ImportWork {
  readonly api: Api;
  readonly entity: ConsoleEntity;
  readonly scope: string | undefined;
  readonly path: string;
  readonly fields: readonly NamedField[];
  readonly mapping: ColumnMapping;
  readonly isJson: boolean;
  readonly state: ImportState;
  /** Called for a row that an earlier attempt had created. */
  readonly onReplayed: () => void;
}

/** Returns the work on one row: creates its entity, once however often the row is sent. */
export const importRow =
  ({ api, entity, scope, path, fields, mapping, isJson, state, onReplayed }: ImportWork) =>
  async (row: SourceRow): Promise<WorkOutcome> => {
    const { input, problems } = rowInput(row, { fields, mapping, isJson });
    if (problems.length > 0)
      return { done: 0, failed: [{ row: String(row.number), reason: problems.join('; '), values: row.values }] };
    // paused for long: the API would create it again
    if (row.number <= state.sentRows && isKeyForgotten(state.startedAt))
      return {
        done: 0,
        failed: [{ row: String(row.number), reason: 'May or may not be imported', values: row.values }],
      };
    try {
      const key = rowKey(state, row.number);
      await api.mutate(path, { ...input, ...scopeInput(entity, scope) }, { key, onReplayed });
    } catch (error) {
      if (describeError(error).reason !== 'DELETED_SINCE') throw error;
      onReplayed(); // it was created, and somebody has deleted it since
    }
    return { done: 1, failed: [] };
  };

/** Returns the rows after those that an interrupted import has settled. */
export async function* rowsAfter(rows: AsyncIterable<SourceRow>, settledRows: number): AsyncGenerator<SourceRow> {
  for await (const row of rows) if (row.number > settledRows) yield row;
}
