import { Field } from '../../components/field.js';
import { EmptyButtons } from './empty-buttons.js';
import type { ValueFieldProps } from './field-props.js';
import { problemsAt } from './problems.js';

/** A value for which there is no other input, as JSON. */
export function JsonField({
  spec,
  label,
  path,
  draft,
  onChange,
  problems,
  isRequired,
  empties,
  isLabelHidden,
}: ValueFieldProps) {
  const hint = 'As JSON, such as "text", 12, true, ["a", "b"] or {"name": "value"}';
  return (
    <div className="value-field">
      <Field
        {...{ label, isRequired, isLabelHidden }}
        description={spec.description ? `${spec.description} · ${hint}` : hint}
        errors={problemsAt(problems, path)}
      >
        {(attributes) => (
          <textarea
            {...attributes}
            className="json-input"
            rows={5}
            spellCheck={false}
            placeholder={empties.find((state) => state.draft.is === draft.is)?.label}
            value={draft.is === 'json' ? draft.text : ''}
            onChange={({ target }) => onChange({ is: 'json', text: target.value })}
          />
        )}
      </Field>
      <EmptyButtons {...{ label, draft, onChange, empties }} />
    </div>
  );
}
