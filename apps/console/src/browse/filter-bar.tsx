import { useEffect, useState } from 'react';
import { Button } from '../components/button.js';
import { Select } from '../components/select.js';
import { formatTime } from '../values/format-value.js';
import {
  type FilterField,
  filterParam,
  type ListInput,
  type Operator,
  operators,
  type SetFilter,
} from './filter-fields.js';
import { FilterInput } from './filter-input.js';

interface FilterBarProps {
  readonly fields: readonly FilterField[];
  readonly filters: readonly SetFilter[];
  readonly problems: ListInput['problems'];
  /** Sets filters by search param; an empty text removes one. */
  readonly onChange: (change: Readonly<Record<`f.${string}`, string>>) => void;
}

/** The filters of a list: inputs for the required ones, the others as they are set, and a form to add one. */
export function FilterBar({ fields, filters, problems, onChange }: FilterBarProps) {
  const optional = fields.filter(({ isRequired }) => !isRequired);
  return (
    <>
      {fields
        .filter(({ isRequired }) => isRequired)
        .map((field) => (
          <RequiredFilter
            key={field.path}
            field={field}
            text={filters.find((filter) => filter.field === field)?.text ?? ''}
            problem={problems[filterParam(field, 'is')]}
            onChange={(text) => onChange({ [filterParam(field, 'is')]: text })}
          />
        ))}
      {optional.length > 0 && <AddFilter fields={optional} onAdd={(param, text) => onChange({ [param]: text })} />}
      <SetFilters
        filters={filters.filter(({ field }) => !field.isRequired)}
        problems={problems}
        onRemove={(param) => onChange({ [param]: '' })}
      />
    </>
  );
}

interface RequiredFilterProps {
  readonly field: FilterField;
  readonly text: string;
  readonly problem: string | undefined;
  readonly onChange: (text: string) => void;
}

/** A choice applies at once; a text when the user presses Enter or leaves it. */
function RequiredFilter({ field, text, problem, onChange }: RequiredFilterProps) {
  const [draft, setDraft] = useState(text);
  useEffect(() => setDraft(text), [text]);
  const isChoice = field.kind === 'enum' || field.kind === 'boolean';
  const apply = () => draft !== text && onChange(draft);
  return (
    <form
      className="filter"
      onSubmit={(event) => {
        event.preventDefault();
        apply();
      }}
      onBlur={apply}
    >
      <FilterInput
        field={field}
        label={field.label}
        isRequired
        value={draft}
        errors={problem ? [problem] : []}
        onChange={(value) => {
          setDraft(value);
          if (isChoice) onChange(value);
        }}
      />
    </form>
  );
}

interface AddFilterProps {
  readonly fields: readonly FilterField[];
  readonly onAdd: (param: `f.${string}`, text: string) => void;
}

function AddFilter({ fields, onAdd }: AddFilterProps) {
  const [path, setPath] = useState('');
  const [operator, setOperator] = useState<Operator>('is');
  const [text, setText] = useState('');
  const field = fields.find((one) => one.path === path);
  const choose = (next: string) => {
    setPath(next);
    setOperator('is');
    setText('');
  };
  return (
    <form
      className="filter-form"
      aria-label="Add a filter"
      onSubmit={(event) => {
        event.preventDefault();
        if (!field || text === '') return;
        onAdd(filterParam(field, operator), text);
        choose('');
      }}
    >
      <Select
        label="Filter by"
        value={path}
        onChange={choose}
        options={[{ value: '', label: '–' }, ...fields.map((one) => ({ value: one.path, label: one.label }))]}
      />
      {field && field.operators.length > 1 && (
        <Select
          label="Test"
          value={operator}
          onChange={(value) => setOperator(value as Operator)}
          options={field.operators.map((value) => ({ value, label: operators[value] }))}
        />
      )}
      {field && (
        <>
          <FilterInput key={path} field={field} label="Value" value={text} onChange={setText} />
          <Button type="submit" icon="filter">
            Add
          </Button>
        </>
      )}
    </form>
  );
}

interface SetFiltersProps {
  readonly filters: readonly SetFilter[];
  readonly problems: ListInput['problems'];
  readonly onRemove: (param: `f.${string}`) => void;
}

function SetFilters({ filters, problems, onRemove }: SetFiltersProps) {
  if (filters.length === 0) return null;
  return (
    <ul className="chips" aria-label="Filters">
      {filters.map(({ field, operator, text }) => {
        const param = filterParam(field, operator);
        const shown = field.kind === 'dateTime' ? formatTime(text) : text;
        const name = `${field.label} ${operators[operator]} ${shown}`;
        return (
          <li key={param} className="chip">
            <span>{problems[param] ?? name}</span>
            <Button
              variant="plain"
              icon="close"
              aria-label={`Remove the filter ${name}`}
              onClick={() => onRemove(param)}
            />
          </li>
        );
      })}
    </ul>
  );
}
