import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { ConsoleEntity, Entity } from '../api/description.js';
import { keys } from '../api/keys.js';
import { Button } from '../components/button.js';
import { unseenChanges } from './live-merge.js';
import { useLiveChanges } from './use-live-changes.js';

interface LiveBadgeProps {
  readonly entity: ConsoleEntity;
  readonly scope?: string | undefined;
  /** When the rows were loaded: `dataUpdatedAt` of their query. */
  readonly loadedAt: number;
  /** The rows of the list. Changes that they show already do not count. */
  readonly rows: readonly Entity[];
  /** @default reloads all that is loaded of the entity */
  readonly onRefresh?: (() => void) | undefined;
}

/** Says how many changes a list does not show yet. The list stays as it is until the user asks for them. */
export function LiveBadge({ entity, scope, loadedAt, rows, onRefresh }: LiveBadgeProps) {
  const queryClient = useQueryClient();
  const { status, entries } = useLiveChanges(entity, { scope });
  const unseen = useMemo(() => unseenChanges(entries, { loadedAt, rows }), [entries, loadedAt, rows]);
  const refresh = onRefresh ?? (() => queryClient.invalidateQueries({ queryKey: keys.entity(entity.name) }));
  if (status === 'off' || status === 'failed') return null;
  const changes = unseen.length === 1 ? '1 change' : `${unseen.length.toLocaleString()} changes`;
  return (
    <span className="live-badge">
      <span role="status" className={unseen.length > 0 ? 'visually-hidden' : `live-status live-status-${status}`}>
        {unseen.length > 0 ? 'There are changes that the list does not show' : statusText[status]}
      </span>
      {unseen.length > 0 && (
        <Button icon="refresh" onClick={() => refresh()}>
          {changes}: refresh
        </Button>
      )}
    </span>
  );
}

const statusText = { live: 'Live', connecting: 'Connecting' } as const;
