import type { ReactNode } from 'react';
import { Icon } from '../components/icon.js';

interface PermissionNoteProps {
  /** Such as `users:read`; undefined if it is not known. */
  readonly needs: string | undefined;
  /** What the permission is for: `see users`. */
  readonly to: string;
}

/** In place of what the caller may not see. */
export const PermissionNote = ({ needs, to }: PermissionNoteProps) => (
  <Explanation title={`You may not ${to}`}>
    <p>
      {needs ? (
        <>
          This needs the permission <code>{needs}</code>, which your token lacks.
        </>
      ) : (
        'Your token lacks the permission.'
      )}
    </p>
  </Explanation>
);

/** Says why a view has nothing to show, and what to do about it. */
export const Explanation = ({ title, children }: { readonly title: string; readonly children: ReactNode }) => (
  <div className="note">
    <Icon name="warning" />
    <div className="note-text">
      <p className="note-title">{title}</p>
      {children}
    </div>
  </div>
);
