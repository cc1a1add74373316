import { useMemo } from 'react';
import type { ConsoleEntity, Entity } from '../api/description.js';
import { Button } from '../components/button.js';
import { unseenChanges } from './live-merge.js';
import { useLiveChanges } from './use-live-changes.js';

interface LiveBadgeProps {
  readonly entity: ConsoleEntity;
  readonly scope?: string | undefined;
  /** When the list was begun, as `Date.now()`: changes before do not count. */
  readonly since: number;
  /** Returns the rows in memory. Changes that they show already do not count. */
  readonly rows: () => readonly Entity[];
  /** Differs whenever the rows may have changed. */
  readonly revision: unknown;
  readonly onRefresh: () => void;
}

/** Says how many changes a list does not show yet. The list stays as it is until the user asks for them. */
export function LiveBadge({ entity, scope, since, rows, revision, onRefresh }: LiveBadgeProps) {
  const { status, entries } = useLiveChanges(entity, { scope });
  // not `rows`: it is another function at each rendering
  const unseen = useMemo(() => unseenChanges(entries, { since, rows: rows() }), [entries, since, revision]);
  if (status === 'off' || status === 'failed') return null;
  const changes = unseen.length === 1 ? '1 change' : `${unseen.length.toLocaleString()} changes`;
  return (
    <span className="live-badge">
      <span role="status" className={unseen.length > 0 ? 'visually-hidden' : `live-status live-status-${status}`}>
        {unseen.length > 0 ? 'There are changes that the list does not show' : statusText[status]}
      </span>
      {unseen.length > 0 && (
        <Button icon="refresh" onClick={() => onRefresh()}>
          {changes}: refresh
        </Button>
      )}
    </span>
  );
}

const statusText = { live: 'Live', connecting: 'Connecting' } as const;
