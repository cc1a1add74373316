import { useState } from 'react';
import type { ChartProps } from './chart-props.js';

type ChartTableProps = Pick<ChartProps, 'label' | 'pointName' | 'points' | 'series'> & {
  readonly format: (value: number) => string;
};

/** The figures of a chart as a table, the newest first. */
export function ChartTable({ label, pointName, points, series, format }: ChartTableProps) {
  const [isOpen, setIsOpen] = useState(false);
  const rows = points.map((point, index) => ({ point, index })).reverse();
  return (
    <details className="chart-table" onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}>
      <summary>
        Show as table<span className="visually-hidden">: {label}</span>
      </summary>
      {isOpen && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <section className="table-scroll chart-table-scroll" aria-label={label} tabIndex={0}>
          <table className="facts-table">
            <thead>
              <tr>
                <th scope="col">{pointName}</th>
                {series.map(({ name }) => (
                  <th key={name} scope="col" className="number">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(({ point, index }) => (
                <tr key={`${index} ${point}`}>
                  <th scope="row">{point}</th>
                  {series.map(({ name, values: { [index]: value } }) => (
                    <td key={name} className="number">
                      {value === undefined ? '–' : format(value)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </details>
  );
}
