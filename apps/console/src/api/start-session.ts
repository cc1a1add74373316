import type { ConsoleSettings } from '@aws-starter-kit/console-server/description';
import { consoleUrl } from './console-url.js';
import type { Session } from './session.js';

/** Reads how to sign in, and returns the session. Completes a sign-in that comes back from the issuer. */
export async function startSession(): Promise<Session> {
  const response = await fetch(consoleUrl('settings'));
  if (!response.ok) throw new Error(`The API answered ${response.status} to the console's settings`);
  const settings = (await response.json()) as ConsoleSettings;
  if (settings.signIn === 'local') return (await import('./local-session.js')).localSession();
  return (await import('./oidc-session.js')).oidcSession(settings);
}
