import { Button } from '../components/button.js';

/** In place of the console if the user could not be signed in. */
export const StartFailed = ({ error }: { readonly error: unknown }) => (
  <main className="start-failed">
    <h1>The console could not start</h1>
    <p role="alert">{error instanceof Error ? error.message : String(error)}</p>
    <Button variant="primary" onClick={() => window.location.reload()}>
      Try again
    </Button>
  </main>
);
