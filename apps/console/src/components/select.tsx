import type { ComponentProps } from 'react';
import { Field, type FieldFrameProps } from './field.js';

export interface Option {
  readonly value: string;
  readonly label: string;
}

interface SelectProps extends FieldFrameProps, Omit<ComponentProps<'select'>, 'onChange' | 'className' | 'id'> {
  readonly value: string;
  readonly options: readonly Option[];
  readonly onChange: (value: string) => void;
}

/** A labelled choice of one option. The browser's own element: it is what phones and screen readers know best. */
export function Select(props: SelectProps) {
  const { label, description, errors, isRequired, isLabelHidden, className, options, onChange, ...select } = props;
  return (
    <Field {...{ label, description, errors, isRequired, isLabelHidden, className }}>
      {(attributes) => (
        <select {...select} {...attributes} onChange={({ target }) => onChange(target.value)}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
