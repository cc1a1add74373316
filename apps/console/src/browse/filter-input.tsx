import { Select } from '../components/select.js';
import { TextField } from '../components/text-field.js';
import { fromLocalInput, toLocalInput } from '../values/local-time.js';
import type { FilterField } from './filter-fields.js';

interface FilterInputProps {
  readonly field: FilterField;
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly errors?: readonly string[];
  readonly isRequired?: boolean;
}

const types = { number: 'number', date: 'date', dateTime: 'datetime-local' } as const;

/** The input for the value of a filter, by its kind. Its value is the text that stands in the URL. */
export function FilterInput({ field, value, onChange, ...frame }: FilterInputProps) {
  const { kind } = field;
  if (kind === 'enum' || kind === 'boolean') {
    const yesOrNo = [
      { value: 'true', label: 'Yes' },
      { value: 'false', label: 'No' },
    ];
    const options = kind === 'boolean' ? yesOrNo : field.options.map((option) => ({ value: option, label: option }));
    return <Select {...frame} value={value} onChange={onChange} options={[{ value: '', label: '–' }, ...options]} />;
  }
  if (kind === 'dateTime')
    return (
      <TextField
        {...frame}
        type="datetime-local"
        step="any"
        value={toLocalInput(value)}
        onChange={(text) => onChange(fromLocalInput(text))}
      />
    );
  const type = kind === 'text' ? 'text' : types[kind];
  return (
    <TextField {...frame} type={type} {...(kind === 'number' && { step: 'any' })} value={value} onChange={onChange} />
  );
}
