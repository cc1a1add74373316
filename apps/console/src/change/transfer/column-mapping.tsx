import { Select } from '../../components/select.js';
import type { NamedField } from '../form/field-spec.js';
import type { ColumnMapping } from './row-input.js';

interface ColumnMappingFieldsProps {
  readonly columns: readonly string[];
  readonly fields: readonly NamedField[];
  readonly mapping: ColumnMapping;
  readonly onChange: (mapping: ColumnMapping) => void;
}

/** Chooses the attribute of each column of a file. An attribute has one column. */
export function ColumnMappingFields({ columns, fields, mapping, onChange }: ColumnMappingFieldsProps) {
  const options = [
    { value: '', label: 'Ignore' },
    ...fields.map(({ name, label, isRequired }) => ({ value: name, label: isRequired ? `${label} *` : label })),
  ];
  const set = (column: string, name: string) => {
    const others = Object.entries(mapping).map(([other, one]) => [
      other,
      one === name && name !== '' ? undefined : one,
    ]);
    onChange({ ...Object.fromEntries(others), [column]: name || undefined });
  };
  return (
    <div className="import-columns">
      {columns.map((column) => (
        <Select
          key={column}
          label={`Column ${column}`}
          value={mapping[column] ?? ''}
          options={options}
          onChange={(name) => set(column, name)}
        />
      ))}
    </div>
  );
}
