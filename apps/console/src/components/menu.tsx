import { type ReactNode, useRef, useState } from 'react';
import { Icon, type IconName } from './icon.js';

interface MenuProps {
  readonly label: string;
  readonly icon: IconName;
  readonly children: ReactNode;
}

/** A button that shows a panel below it. Escape and a click elsewhere close the panel. */
export function Menu({ label, icon, children }: MenuProps) {
  const [isOpen, setIsOpen] = useState(false);
  const details = useRef<HTMLDetailsElement>(null);
  const close = () => details.current?.removeAttribute('open');
  return (
    <details
      ref={details}
      className="menu"
      onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}
      onBlur={({ currentTarget, relatedTarget }) => !currentTarget.contains(relatedTarget) && close()}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        close();
        details.current?.querySelector('summary')?.focus();
      }}
    >
      <summary className="button">
        <Icon name={icon} />
        {label}
      </summary>
      {/* tabIndex: a click in the panel must not count as leaving it */}
      <div className="menu-panel" tabIndex={-1}>
        {isOpen && children}
      </div>
    </details>
  );
}
