import { Checkbox } from '../../components/checkbox.js';
import { Select } from '../../components/select.js';
import type { Draft } from './draft.js';
import type { ValueFieldProps } from './field-props.js';
import { problemsAt } from './problems.js';

/** Yes or no: a checkbox, or a choice if the value may be missing. */
export function BooleanField({
  spec,
  label,
  path,
  draft,
  onChange,
  problems,
  empties,
  isRequired,
  isLabelHidden,
}: ValueFieldProps) {
  const errors = problemsAt(problems, path);
  if (empties.length === 0 && draft.is === 'boolean' && !isLabelHidden)
    return (
      <div className="value-field">
        <Checkbox
          isSelected={draft.value}
          aria-invalid={errors.length > 0 || undefined}
          onChange={(value) => onChange({ is: 'boolean', value })}
        >
          {label}
        </Checkbox>
        {spec.description && <p className="field-description">{spec.description}</p>}
        {errors.length > 0 && <p className="field-errors">{errors.join(' · ')}</p>}
      </div>
    );
  const states: readonly { value: string; label: string; draft: Draft }[] = [
    ...empties.map((state) => ({ value: state.draft.is, label: state.label, draft: state.draft })),
    { value: 'true', label: 'Yes', draft: { is: 'boolean', value: true } },
    { value: 'false', label: 'No', draft: { is: 'boolean', value: false } },
  ];
  return (
    <Select
      {...{ label, errors, isRequired, isLabelHidden }}
      description={spec.description}
      value={draft.is === 'boolean' ? String(draft.value) : draft.is}
      options={states}
      onChange={(value) => onChange(states.find((state) => state.value === value)?.draft ?? draft)}
    />
  );
}
