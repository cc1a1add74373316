import type { ConsoleLocalToken } from '@aws-starter-kit/console-server/description';
import { consoleUrl } from './console-url.js';
import { type Session, SignedOutError } from './session.js';

/** A token is renewed this long before it expires. */
const renewalMs = 30_000;

/** The session of development: the API gives pages of its own origin the local token, a new one at each start. */
export function localSession(): Session {
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

interface LocalToken {
  readonly token: string;
  readonly expiresAt: number;
}

async function fetchToken(): Promise<LocalToken> {
  const response = await fetch(consoleUrl('local-token'), { method: 'POST' });
  if (!response.ok) throw new SignedOutError(`The API gave no local token (status ${response.status})`);
  const { token, expiresInSeconds } = (await response.json()) as ConsoleLocalToken;
  return { token, expiresAt: Date.now() + expiresInSeconds * 1000 };
}
