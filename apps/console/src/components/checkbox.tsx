import { type ComponentProps, type ReactNode, useEffect, useRef } from 'react';

interface CheckboxProps extends Omit<ComponentProps<'input'>, 'onChange' | 'type' | 'checked'> {
  readonly isSelected: boolean;
  /** Some of what it stands for is selected. */
  readonly isIndeterminate?: boolean | undefined;
  readonly onChange: (isSelected: boolean) => void;
  readonly children?: ReactNode;
}

/** A checkbox with its label. Without a label, it needs an `aria-label`. */
export function Checkbox({ isSelected, isIndeterminate = false, onChange, children, ...rest }: CheckboxProps) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (input.current) input.current.indeterminate = isIndeterminate;
  }, [isIndeterminate]);
  return (
    <label className="checkbox">
      <input
        {...rest}
        ref={input}
        type="checkbox"
        checked={isSelected}
        onChange={({ target }) => onChange(target.checked)}
      />
      {children}
    </label>
  );
}
