// Gives the packages of this repository another scope: pnpm rename @acme
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { currentScope, renameScope, scopeProblem } from './rename-scope.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const [scope = ''] = process.argv.slice(2);

const problem = scopeProblem(scope);
if (problem !== undefined) {
  process.stderr.write(`Usage: pnpm rename @your-scope\n\n${problem}\n`);
  process.exit(1);
}
if (scope === currentScope(root)) {
  process.stdout.write(`The scope is ${scope} already.\n`);
  process.exit(0);
}
const { current, changed } = renameScope(root, { scope });
// the order of imports and the width of lines follow the new names
run('pnpm', 'install', '--no-frozen-lockfile', '--prefer-offline');
run('biome', 'check', '--write', '--linter-enabled=false', '--log-level=error');
process.stdout.write(
  `${current} is now ${scope} in ${changed.length} files. Next: pnpm build && pnpm typecheck && pnpm test\n` +
    'The table, the service and the issuer of local tokens keep their names, which are settings: see .env.example.\n',
);

function run(command: string, ...args: string[]): void {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) process.exit(status ?? 1);
}
