import { isObject } from '../form/draft.js';
import type { FailedRow } from './bulk-runner.js';

/** Saves a report of failed rows as CSV, with the attributes of each row. */
export async function saveFailures(failed: readonly FailedRow[], name: string): Promise<void> {
  const [{ csvLines }, { saveFile }] = await Promise.all([
    import('../transfer/csv-text.js'),
    import('../transfer/save-file.js'),
  ]);
  const values = failed.map((one) => (isObject(one.values) ? one.values : {}));
  const own = [...new Set(values.flatMap(Object.keys))];
  const rows = failed.map(({ row, reason }, index) => ({ ...values[index], row, reason }));
  const columns = ['row', 'reason', ...own.filter((column) => column !== 'row' && column !== 'reason')];
  saveFile([csvLines(rows, { columns, hasHeader: true })], `${name}-failed.csv`, 'text/csv');
}
