import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

/**
 * Loads the first of these `.env` files that exists. One rule for every command: the environment takes precedence, and an
 * empty variable counts as unset.
 */
export function loadEnvFile(...files: string[]): void {
  const file = files.find((file) => existsSync(file));
  if (file === undefined) return;
  for (const [name, value] of Object.entries(parseEnv(readFileSync(file, 'utf8')))) {
    if (!process.env[name] && value) process.env[name] = value;
  }
}
