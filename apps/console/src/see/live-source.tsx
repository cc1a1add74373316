import { useEffect, useEffectEvent } from 'react';
import type { ConsoleEntity } from '../api/description.js';
import { describeError } from '../api/errors.js';
import { Button } from '../components/button.js';
import type { LiveEntry } from './live-merge.js';
import { useLiveChanges } from './use-live-changes.js';

/** The entries of one entity, and the scope in which they are. */
export interface FeedState {
  readonly entries: readonly LiveEntry[];
  readonly scope: string | undefined;
}

interface LiveSourceProps {
  readonly entity: ConsoleEntity;
  readonly scope: string | undefined;
  readonly onState: (state: FeedState) => void;
}

/** Subscribes to the changes of an entity, and says how the subscription is. */
export function LiveSource({ entity, scope, onState }: LiveSourceProps) {
  const { status, error, entries, retry } = useLiveChanges(entity, { scope });
  const pass = useEffectEvent(onState);
  useEffect(() => pass({ entries, scope }), [entries, scope]);
  if (status !== 'failed')
    return (
      <span role="status" className={`live-status live-status-${status}`}>
        {statusText[status]}
      </span>
    );
  const { message, title } = describeError(error);
  return (
    <span className="live-failed" role="alert">
      {isWithoutStream(error) ? (
        <>
          This API reads no stream. Start it with <code>DYNAMODB_STREAM=on</code>, after <code>pnpm table stream</code>.
        </>
      ) : (
        <>
          {title}: {message}{' '}
          <Button icon="refresh" onClick={retry}>
            Try again
          </Button>
        </>
      )}
    </span>
  );
}

const statusText = { off: 'Choose a scope', connecting: 'Connecting', live: 'Live' } as const;

const isWithoutStream = (error: unknown) => Object(Object(error).data).code === 'PRECONDITION_FAILED';
