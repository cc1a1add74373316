import { Field, type FieldAttributes } from '../../components/field.js';
import { EmptyButtons } from './empty-buttons.js';
import type { ValueFieldProps } from './field-props.js';
import { fromLocalText, timeZone, toLocalText } from './local-time.js';
import { problemsAt } from './problems.js';

/** A text, a number, a date or a date-time. */
export function TextValueField(props: ValueFieldProps) {
  const { spec, label, path, draft, onChange, problems, isRequired, empties, isLabelHidden } = props;
  const text = draft.is === 'text' ? draft.text : '';
  const placeholder = empties.find((state) => state.draft.is === draft.is)?.label;
  const mayBeEmpty = (spec.kind === 'text' || spec.kind === 'longText') && !spec.schema.minLength;
  // an empty input stands for no value, unless an empty text is one
  const setText = (next: string) => {
    const [empty] = empties;
    onChange(next === '' && empty && !mayBeEmpty ? empty.draft : { is: 'text', text: next });
  };
  return (
    <div className="value-field">
      <Field
        label={label}
        description={descriptionOf(props, text)}
        errors={problemsAt(problems, path)}
        isRequired={isRequired}
        isLabelHidden={isLabelHidden}
      >
        {(attributes) => <TextInput {...{ spec, text, placeholder, attributes }} onText={setText} />}
      </Field>
      <EmptyButtons {...{ label, draft, onChange, empties }} />
    </div>
  );
}

function descriptionOf({ spec: { kind, description, schema } }: ValueFieldProps, text: string): string | undefined {
  const limit =
    schema.maxLength !== undefined && text.length > schema.maxLength * 0.8
      ? `${text.length} of ${schema.maxLength} characters`
      : undefined;
  const zone = kind === 'dateTime' ? `In your time zone, ${timeZone()}` : undefined;
  return [description, limit, zone].filter((part) => part !== undefined).join(' · ') || undefined;
}

interface TextInputProps {
  readonly spec: ValueFieldProps['spec'];
  readonly text: string;
  readonly placeholder: string | undefined;
  readonly attributes: FieldAttributes;
  readonly onText: (text: string) => void;
}

function TextInput({ spec: { kind, schema }, text, placeholder, attributes, onText }: TextInputProps) {
  const common = { ...attributes, placeholder, autoComplete: 'off', value: text };
  if (kind === 'longText' || text.includes('\n'))
    return <textarea {...common} rows={5} onChange={({ target }) => onText(target.value)} />;
  const local = kind === 'dateTime' ? (text === '' ? '' : toLocalText(text)) : undefined;
  if (local !== undefined)
    return (
      <input
        {...common}
        type="datetime-local"
        step="any"
        value={local}
        onChange={({ target }) => onText(fromLocalText(target.value))}
      />
    );
  const isDay = kind === 'date' && (text === '' || /^\d{4}-\d\d-\d\d$/.test(text));
  const isEmail = schema.format === 'email';
  return (
    <input
      {...common}
      type={isDay ? 'date' : isEmail ? 'email' : 'text'}
      inputMode={kind === 'number' ? (schema.type === 'integer' ? 'numeric' : 'decimal') : undefined}
      onChange={({ target }) => onText(target.value)}
    />
  );
}
