import { useState } from 'react';
import { Icon } from '../components/icon.js';
import { meanMs, type ProcedureTotals } from './metrics-series.js';

interface ProcedureTableProps {
  readonly procedures: readonly ProcedureTotals[];
}

interface Column {
  readonly name: string;
  readonly of: (totals: ProcedureTotals) => number | undefined;
}

const columns: readonly Column[] = [
  { name: 'Calls', of: ({ calls }) => calls },
  { name: 'Errors', of: ({ errors }) => errors },
  { name: 'Throttled', of: ({ throttled }) => throttled },
  { name: 'Units', of: ({ units }) => units },
  { name: 'Units per call', of: ({ units, calls }) => (calls === 0 ? undefined : units / calls) },
  { name: 'Mean ms', of: meanMs },
];
const procedureColumn = 'Procedure';
const number = (value: number | undefined) => value?.toLocaleString(undefined, { maximumFractionDigits: 1 }) ?? '–';

/** The sums of each procedure. The head of a column sorts by it, the largest first, and then the other way. */
export function ProcedureTable({ procedures }: ProcedureTableProps) {
  const [sort, setSort] = useState({ by: 'Units', isDescending: true });
  const sortBy = (by: string) =>
    setSort({ by, isDescending: by === sort.by ? !sort.isDescending : by !== procedureColumn });
  const column = columns.find(({ name }) => name === sort.by);
  const sign = sort.isDescending ? -1 : 1;
  const rows = procedures.toSorted(
    (one, other) =>
      sign *
      (column
        ? (column.of(one) ?? -1) - (column.of(other) ?? -1) || one.procedure.localeCompare(other.procedure)
        : one.procedure.localeCompare(other.procedure)),
  );
  const head = (name: string) => {
    const direction = sort.isDescending ? 'descending' : 'ascending';
    return (
      <th
        key={name}
        scope="col"
        className={name === procedureColumn ? '' : 'number'}
        aria-sort={name === sort.by ? direction : 'none'}
      >
        <button type="button" className="sort-button" onClick={() => sortBy(name)}>
          {name}
          {name === sort.by && <Icon name={sort.isDescending ? 'down' : 'up'} />}
        </button>
      </th>
    );
  };
  if (procedures.length === 0) return <p>No procedure was called in the last hour.</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="table-scroll" aria-labelledby="by-procedure" tabIndex={0}>
      <table className="facts-table" aria-labelledby="by-procedure">
        <thead>
          <tr>
            {head(procedureColumn)}
            {columns.map(({ name }) => head(name))}
          </tr>
        </thead>
        <tbody>
          {rows.map((totals) => (
            <tr key={totals.procedure}>
              <th scope="row">
                <code>{totals.procedure}</code>
              </th>
              {columns.map(({ name, of }) => (
                <td key={name} className="number">
                  {number(of(totals))}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
