import { type ReactNode, useEffect } from 'react';

interface PageHeaderProps {
  readonly title: string;
  /** Beside the title: a count, a version. */
  readonly note?: ReactNode;
  readonly children?: ReactNode;
}

/** The heading of a view with its buttons. It names the browser's tab too. */
export function PageHeader({ title, note, children }: PageHeaderProps) {
  useEffect(() => {
    document.title = `${title} · Console`;
  }, [title]);
  return (
    <header className="page-header">
      <h1>
        {title}
        {note && (
          <>
            {' '}
            <span className="page-note">{note}</span>
          </>
        )}
      </h1>
      {children && <div className="page-actions">{children}</div>}
    </header>
  );
}
