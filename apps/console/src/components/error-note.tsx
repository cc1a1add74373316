import { useSession } from '../api/api-context.js';
import { describeError, type Failure } from '../api/errors.js';
import { Button } from './button.js';
import { CopyButton } from './copy-button.js';
import { Icon } from './icon.js';

interface ErrorNoteProps {
  readonly error: unknown;
  /** Called by the button to try again, which is left out for what a retry would get again. */
  readonly retry?: (() => void) | undefined;
  /** The permission that the call needs, to name it where the caller lacks it. */
  readonly needs?: string | undefined;
}

const retryable: ReadonlySet<Failure> = new Set<Failure>(['offline', 'busy', 'other', 'notFound', 'conflict']);

/** An error of a call: what it means, how to go on, and the id of the request. */
export function ErrorNote({ error, retry, needs }: ErrorNoteProps) {
  const { kind, title, message, requestId, reason } = describeError(error);
  const session = useSession();
  if (kind === 'aborted') return null;
  return (
    <div className={`note note-${kind}`} role="alert">
      <Icon name="warning" />
      <div className="note-text">
        <p className="note-title">{title}</p>
        <p>{reason === 'MISSING_PERMISSION' && needs ? `This needs the permission ${needs}` : message}</p>
        {requestId && (
          <p className="note-request">
            Request <code>{requestId}</code> <CopyButton text={requestId} label="Copy the id of the request" />
          </p>
        )}
      </div>
      {kind === 'signedOut' && (
        <Button variant="primary" onClick={() => session.signIn().then(retry, retry)}>
          Sign in again
        </Button>
      )}
      {retry && retryable.has(kind) && (
        <Button icon="refresh" onClick={retry}>
          Try again
        </Button>
      )}
    </div>
  );
}
