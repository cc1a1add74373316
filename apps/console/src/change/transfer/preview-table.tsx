import type { NamedField } from '../form/field-spec.js';
import { valueText } from '../merge/value-text.js';
import type { Preview } from './import-source.js';
import { type ColumnMapping, rowInput } from './row-input.js';

interface PreviewTableProps {
  readonly preview: Preview;
  readonly fields: readonly NamedField[];
  readonly mapping: ColumnMapping;
  readonly isJson: boolean;
}

/** The first rows of a file, as they would be created, with what is wrong with them. */
export function PreviewTable({ preview, fields, mapping, isJson }: PreviewTableProps) {
  const mapped = new Set(Object.values(mapping));
  const shown = fields.filter(({ name }) => mapped.has(name));
  const rows = preview.rows.map((row) => ({ row, ...rowInput(row, { fields, mapping, isJson }) }));
  const invalid = rows.filter(({ problems }) => problems.length > 0).length;
  return (
    <>
      <p role="status">
        {invalid === 0
          ? `The first ${rows.length} rows are valid.`
          : `${invalid} of the first ${rows.length} rows are not valid, and would be reported.`}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <section className="import-preview" aria-label="First rows" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">Row</th>
              {shown.map(({ name, label }) => (
                <th key={name} scope="col">
                  {label}
                </th>
              ))}
              <th scope="col">Problems</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ row, input, problems }) => (
              <tr key={row.number}>
                <td>{row.number}</td>
                {shown.map(({ name }) => (
                  <td key={name}>{name in input ? valueText(input[name]) : ''}</td>
                ))}
                <td>{problems.length > 0 && <span className="field-errors">{problems.join('; ')}</span>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}
