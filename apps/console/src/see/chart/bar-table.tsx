import type { ReactNode } from 'react';

interface BarTableProps {
  readonly caption: ReactNode;
  readonly rows: readonly { readonly name: string; readonly count: number; readonly text: string }[];
  readonly note?: ReactNode;
}

/** Counts as horizontal bars. The table is its own alternative as text. */
export function BarTable({ caption, rows, note }: BarTableProps) {
  const max = Math.max(1, ...rows.map(({ count }) => count));
  return (
    <div className="bars">
      <table>
        <caption>{caption}</caption>
        <tbody>
          {rows.map(({ name, count, text }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td className="number">{text}</td>
              <td className="bar-cell">
                <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
                  <rect className="chart-accent" width={(count / max) * 100} height={10} />
                </svg>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {note && <p className="chart-note">{note}</p>}
    </div>
  );
}
