import { useId } from 'react';
import { Select } from '../../components/select.js';
import { choiceLabel, choiceText } from './choice-text.js';
import type { ValueFieldProps } from './field-props.js';
import { problemsAt } from './problems.js';

/** At most so many choices are shown all at once. */
const mostRadios = 4;

/** One of several values: radio buttons for few that must be set, else a select. */
export function ChoiceField(props: ValueFieldProps) {
  const { spec, label, path, draft, onChange, problems, empties, isRequired, isLabelHidden } = props;
  if (spec.options.length <= mostRadios && empties.length === 0 && !isLabelHidden) return <Radios {...props} />;
  const options = [
    ...empties.map((state) => ({ value: state.draft.is, label: state.label, draft: state.draft })),
    ...(empties.length === 0 && draft.is === 'text' && draft.text === ''
      ? [{ value: '', label: 'Choose…', draft }]
      : []),
    ...spec.options.map((one) => ({
      value: choiceText(one),
      label: choiceLabel(one),
      draft: { is: 'text', text: choiceText(one) } as const,
    })),
  ];
  return (
    <Select
      {...{ label, isRequired, isLabelHidden, options }}
      errors={problemsAt(problems, path)}
      description={spec.description}
      value={draft.is === 'text' ? draft.text : draft.is}
      onChange={(value) => onChange(options.find((option) => option.value === value)?.draft ?? draft)}
    />
  );
}

function Radios({ spec, label, path, draft, onChange, problems, isRequired }: ValueFieldProps) {
  const id = useId();
  const errors = problemsAt(problems, path);
  const describedBy = [spec.description && `${id}-description`, errors.length > 0 && `${id}-errors`].filter(Boolean);
  return (
    <fieldset className="field radios" aria-describedby={describedBy.join(' ') || undefined}>
      <legend className="field-label">
        {label}
        {isRequired && <span aria-hidden="true"> *</span>}
      </legend>
      <div className="radio-options">
        {spec.options.map(choiceText).map((text, index) => (
          <label key={text} className="checkbox">
            <input
              type="radio"
              name={id}
              value={text}
              required={isRequired || undefined}
              data-invalid={errors.length > 0 || undefined}
              checked={draft.is === 'text' && draft.text === text}
              onChange={() => onChange({ is: 'text', text })}
            />
            {choiceLabel(spec.options[index])}
          </label>
        ))}
      </div>
      {spec.description && (
        <p id={`${id}-description`} className="field-description">
          {spec.description}
        </p>
      )}
      {errors.length > 0 && (
        <p id={`${id}-errors`} className="field-errors">
          {errors.join(' · ')}
        </p>
      )}
    </fieldset>
  );
}
