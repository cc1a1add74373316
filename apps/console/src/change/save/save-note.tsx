import { Button } from '../../components/button.js';
import { ErrorNote } from '../../components/error-note.js';
import { Icon } from '../../components/icon.js';
import { NotAppliedError, StillUnknownError } from './settle-call.js';
import type { Saver } from './use-settled-call.js';

interface SaveNoteProps {
  readonly saver: Pick<Saver, 'state' | 'stop'>;
  readonly needs?: string | undefined;
}

/** Tells how far a change is, where that is more than a moment's wait. */
export function SaveNote({ saver: { state, stop }, needs }: SaveNoteProps) {
  if (state.is === 'failed') return <FailedNote error={state.error} needs={needs} />;
  return (
    // always there: screen readers announce what appears in it
    <div role="status">
      {state.is === 'asking' && (
        <div className="note">
          <Icon name="refresh" />
          <div className="note-text">
            <p className="note-title">Not known yet whether it was saved: asking again…</p>
            <p>The answer was lost. The API applies this change once, however often it is asked.</p>
          </div>
          <Button onClick={stop}>Stop asking</Button>
        </div>
      )}
    </div>
  );
}

/** An error of a change; first of all, whether the change was saved. */
export function FailedNote({ error, needs }: { readonly error: unknown; readonly needs?: string | undefined }) {
  if (error instanceof NotAppliedError)
    return (
      <>
        <p className="settled-title">Not saved: no attempt of this change was applied.</p>
        <ErrorNote error={error.cause} needs={needs} />
      </>
    );
  if (error instanceof StillUnknownError)
    return (
      <>
        <p className="settled-title">
          {error.canAsk
            ? 'Still not known whether it was saved. It can be asked again above.'
            : 'Not known whether it was saved, and the API cannot tell. Look before you repeat it.'}
        </p>
        {error.cause !== undefined && <ErrorNote error={error.cause} needs={needs} />}
      </>
    );
  return <ErrorNote error={error} needs={needs} />;
}
