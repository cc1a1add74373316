import type { ReactNode } from 'react';

interface TabLinksProps {
  readonly label: string;
  /** Links with `className="tab"`: each tab has a URL, so they are links, and the router sets `aria-current`. */
  readonly children: ReactNode;
}

/** The tabs of a view. */
export const TabLinks = ({ label, children }: TabLinksProps) => (
  <nav className="tabs" aria-label={label}>
    {children}
  </nav>
);
