const userKey = 'console.user';

/** Returns the user whose data this tab shows; empty where the console signs in by itself. */
export const keptUser = (): string => globalThis.sessionStorage?.getItem(userKey) ?? '';

/** How the console looks belongs to the browser, whoever signs in. */
const isPreference = (key: string) => /^console\.(theme|columns)\b/.test(key);

/**
 * Forgets what this browser keeps for another user of the console: changes in doubt, interrupted imports and positions
 * in lists. Otherwise this user could send what another one began.
 */
export function keepForUser(user: string): void {
  for (const store of [localStorage, sessionStorage]) {
    if (store.getItem(userKey) === user) continue;
    for (const key of Object.keys(store)) if (key.startsWith('console.') && !isPreference(key)) store.removeItem(key);
    store.setItem(userKey, user);
  }
}
