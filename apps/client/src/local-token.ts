import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where an API in development leaves a token for clients on its machine. */
export function localTokenFile(): string {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  return path.resolve(root, process.env.AUTH_TOKEN_FILE || '.local/api-token');
}

/** The token of the API that was started last, if there is one: an API makes a new one at each start. */
export async function readLocalToken(): Promise<string | undefined> {
  return readFile(localTokenFile(), 'utf8').catch(() => undefined);
}
