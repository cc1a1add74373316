// Gives the packages of this repository another scope: pnpm rename @acme
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { repositoryFiles } from './repository-files.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const [scope = ''] = process.argv.slice(2);
const own = readFileSync(path.join(root, 'packages/local-dev/package.json'), 'utf8');
const current = /"name": "(@[^/]+)\//.exec(own)?.[1] ?? '';

if (!/^@[a-z\d][\w.-]{0,100}$/.test(scope)) {
  process.stderr.write(
    `Usage: pnpm rename @your-scope\n\nThe scope is ${JSON.stringify(scope)}; it must be @ and lower-case letters, digits, - . or _.\n`,
  );
  process.exit(1);
}
if (scope === current) {
  process.stdout.write(`The scope is ${scope} already.\n`);
  process.exit(0);
}
const changed = repositoryFiles(root).filter((file) => replaceIn(path.join(root, file)));
// the order of imports and the width of lines follow the new names
run('pnpm', 'install', '--no-frozen-lockfile', '--prefer-offline');
run('biome', 'check', '--write', '--linter-enabled=false', '--log-level=error');
process.stdout.write(
  `${current} is now ${scope} in ${changed.length} files. Next: pnpm build && pnpm typecheck && pnpm test\n` +
    'The table, the service and the issuer of local tokens keep their names, which are settings: see .env.example.\n',
);

/** Replaces the scope in a file. Returns whether the file had it. */
function replaceIn(file: string): boolean {
  const text = readFileSync(file, 'utf8');
  const scoped = text.replaceAll(new RegExp(`${current}(?![\\w-])`, 'g'), scope);
  const name = path.basename(file) === 'package.json' && path.dirname(file) === root.replace(/\/$/, '');
  const result = name ? scoped.replace(`"name": "${current.slice(1)}"`, `"name": "${scope.slice(1)}"`) : scoped;
  if (result === text) return false;
  writeFileSync(file, result);
  return true;
}

function run(command: string, ...args: string[]): void {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) process.exit(status ?? 1);
}
