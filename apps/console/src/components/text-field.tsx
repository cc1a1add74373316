import type { ComponentProps } from 'react';
import { Field, type FieldFrameProps } from './field.js';

interface TextFieldProps extends FieldFrameProps, Omit<ComponentProps<'input'>, 'onChange' | 'className' | 'id'> {
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** A labelled input of one line: a text, a number, a date. */
export function TextField(props: TextFieldProps) {
  const { label, description, errors, isRequired, isLabelHidden, className, onChange, ...input } = props;
  return (
    <Field {...{ label, description, errors, isRequired, isLabelHidden, className }}>
      {(attributes) => (
        <input
          type="text"
          autoComplete="off"
          {...input}
          {...attributes}
          onChange={({ target }) => onChange(target.value)}
        />
      )}
    </Field>
  );
}
