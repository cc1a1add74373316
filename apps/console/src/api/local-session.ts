import type { ConsoleLocalToken } from '@aws-starter-kit/console-server/description';
import { consoleUrl } from './console-url.js';
import { type Session, SignedOutError } from './session.js';

/** A token is renewed this long before it expires. */
const renewalMs = 30_000;

/** Where this browser keeps the secret, so that other tabs and later visits need not be opened by the printed URL. */
const secretKey = 'console.local';

const howToOpen = 'Open the console by the URL that the API prints when it starts (“Console at …”)';

/**
 * The session of development: the API gives pages of its own origin the local token, if they know the secret in the
 * fragment of the printed URL.
 */
export function localSession(): Session {
  // the printed URL opened in this tab changes its fragment only
  window.addEventListener('hashchange', () => takeSecret() && window.location.reload());
  takeSecret();
  if (localStorage.getItem(secretKey) === null) throw new Error(howToOpen);
  let current: Promise<LocalToken> | undefined;

  const token = async (rejected?: string): Promise<string> => {
    const known = await current?.catch(() => undefined);
    if (known && known.token !== rejected && known.expiresAt - renewalMs > Date.now()) return known.token;
    pending ??= fetchToken().finally(() => {
      pending = undefined;
    });
    current = pending;
    return (await pending).token;
  };
  let pending: Promise<LocalToken> | undefined;
  return { token, signIn: async () => void (await token()) };
}

/** Moves the secret from the URL, which may be copied or shown to others, to where this browser keeps it. */
function takeSecret(): boolean {
  const { hash, pathname, search } = window.location;
  const [, secret] = /^#local=([\w-]+)$/.exec(hash) ?? [];
  if (secret === undefined) return false;
  localStorage.setItem(secretKey, secret);
  window.history.replaceState(null, '', pathname + search);
  return true;
}

interface LocalToken {
  readonly token: string;
  readonly expiresAt: number;
}

async function fetchToken(): Promise<LocalToken> {
  const response = await fetch(consoleUrl('local-token'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ secret: localStorage.getItem(secretKey) ?? '' }),
  });
  if (response.status === 403) throw new SignedOutError(howToOpen);
  if (!response.ok) throw new SignedOutError(`The API gave no local token (status ${response.status})`);
  const { token, expiresInSeconds } = (await response.json()) as ConsoleLocalToken;
  return { token, expiresAt: Date.now() + expiresInSeconds * 1000 };
}
