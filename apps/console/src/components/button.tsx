import type { ComponentProps } from 'react';
import { Icon, type IconName } from './icon.js';

interface ButtonProps extends ComponentProps<'button'> {
  readonly variant?: 'primary' | 'danger' | 'plain' | undefined;
  readonly icon?: IconName | undefined;
  /** Shows that the action runs. The button keeps its focus, and ignores clicks. */
  readonly isPending?: boolean | undefined;
}

/** A button. Without text, it needs an `aria-label`. */
export function Button({ variant, icon, isPending, children, className = '', onClick, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={`button ${variant ? `button-${variant}` : ''} ${children ? '' : 'button-icon'} ${className}`}
      aria-disabled={isPending || undefined}
      aria-busy={isPending || undefined}
      onClick={isPending ? (event) => event.preventDefault() : onClick}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}
