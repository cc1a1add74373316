import { isSignedOut } from '../api/errors.js';
import { Button } from '../components/button.js';

/** In place of the console if nobody is signed in, and nobody could be. */
export const StartFailed = ({ error }: { readonly error: unknown }) => {
  const [title, action] = isSignedOut(error)
    ? ['You are signed out', 'Sign in again']
    : ['The console could not start', 'Try again'];
  return (
    <main className="start-failed">
      <h1>{title}</h1>
      <p role="alert">{error instanceof Error ? error.message : String(error)}</p>
      <Button variant="primary" onClick={() => window.location.reload()}>
        {action}
      </Button>
    </main>
  );
};
