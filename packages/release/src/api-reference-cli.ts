// Writes the API reference of the public packages: pnpm docs:api [folder]
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeApiReference } from './api-reference.js';
import { UsageError } from './usage-error.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const [folder = path.join('.local', 'api')] = process.argv.slice(2);

try {
  const names = await writeApiReference(root, path.resolve(root, folder));
  process.stdout.write(`The reference of ${names.length} packages is in ${folder}\n`);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
