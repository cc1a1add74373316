import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';

const watch = fileURLToPath(new URL('../src/watch.ts', import.meta.url));
const root = fileURLToPath(new URL('../../..', import.meta.url));
let folder: string;
let runner: ChildProcess | undefined;
let output: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'local-dev-')));
  mkdirSync(path.join(folder, 'src'));
});
afterEach(async () => {
  if (runner?.exitCode === null && runner.signalCode === null) {
    runner.kill('SIGTERM');
    await once(runner, 'exit');
  }
  rmSync(folder, { recursive: true, force: true });
});

const write = (name: string, text: string) => writeFileSync(path.join(folder, 'src', name), text);

function run(...flags: string[]): ChildProcess {
  output = '';
  const loader = ['--conditions=@aws-starter-kit/source', '--import', 'tsx'];
  const args = [...loader, watch, path.join(folder, 'src/main.ts'), ...flags];
  const env = {
    ...process.env,
    NODE_OPTIONS: '',
    PORT: `test-${process.pid}`,
    PATH: `${root}node_modules/.bin:${process.env.PATH}`,
  };
  runner = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [runner.stdout, runner.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  return runner;
}

const server = (greeting: string) => `import { name } from './name.js';
console.log('${greeting} ' + name + ' from ' + process.pid + '.');
setInterval(() => {}, 1_000_000);
process.once('SIGINT', () => { console.log('closed'); process.exit(0); });`;

it('starts a program, and starts it anew with each edit of a file that it imports', async () => {
  write('main.ts', server('hello'));
  write('name.ts', "export const name: string = 'Ada';");
  run();
  await expect.poll(() => output).toContain('hello Ada');
  write('name.ts', "export const name: string = 'Grace';");
  await expect.poll(() => output).toContain('hello Grace');

  const pids = [...output.matchAll(/from (\d+)/g)].map(([, pid]) => Number(pid));
  expect(new Set(pids).size).toBe(2);
  expect(() => process.kill(pids[0] ?? 0, 0)).toThrow('ESRCH');
});

it('passes the arguments after -- to the program', async () => {
  write('main.ts', "console.log('with ' + process.argv.slice(2).join(' '));");
  run('--', '--wait', '180');
  await expect.poll(() => output).toContain('with --wait 180');
});

it('notices an edit during a build', async () => {
  write('big.ts', `export let sum = 0;\n${'sum = sum + 1;\n'.repeat(200_000)}`); // slow to build
  write(
    'main.ts',
    "import { sum } from './big.js';\nimport { name } from './name.js';\nconsole.log('hello ' + name, sum);\nsetInterval(() => {}, 1e6);",
  );
  write('name.ts', "export const name: string = 'Ada';");
  run();
  await expect.poll(() => output).toContain('hello Ada');
  write('name.ts', "export const name: string = 'Grace';");
  await sleep(50); // the build has begun
  write('name.ts', "export const name: string = 'Barbara';");
  await expect.poll(() => output).toContain('hello Barbara');
});

it('shows an error of syntax while the program goes on, and continues when it is fixed', async () => {
  write('main.ts', server('hello'));
  write('name.ts', "export const name: string = 'Ada';");
  run();
  await expect.poll(() => output).toContain('hello Ada');
  write('name.ts', 'export const = ;');
  await expect.poll(() => output).toContain('Expected identifier');
  process.kill(Number(/from (\d+)/.exec(output)?.[1]), 0);
  write('name.ts', "export const name: string = 'Grace';");
  await expect.poll(() => output).toContain('hello Grace');
});

it('prints errors of types after an edit, and says when there are none', async () => {
  const compilerOptions = { types: [], module: 'nodenext', target: 'es2023', strict: true };
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }));
  write(
    'main.ts',
    "import { name } from './name.js';\nexport const length: number = name.length;\nsetInterval(() => {}, 1e6);",
  );
  write('name.ts', "export const name: string = 'Ada';");
  run('--types', folder, '--types', folder);
  await expect.poll(() => existsSync(path.join(folder, `.dev/main-test-${process.pid}.mjs`))).toBe(true);
  write('name.ts', 'export const name: number = 1;');
  await expect.poll(() => output).toContain("Property 'length' does not exist on type 'number'");
  write('name.ts', "export const name: string = 'Grace';");
  await expect.poll(() => output).toContain('Types: no errors.');
  expect(output.match(/Property 'length' does not exist/g)).toHaveLength(1); // by the first of both projects only
});

it('ends with its exit code if a server does not start', async () => {
  write('main.ts', "console.error('Port 3000 is taken'); process.exit(3);");
  const [exitCode] = await once(run('--server'), 'exit');
  expect({ exitCode, output }).toEqual({ exitCode: 3, output: 'Port 3000 is taken\n' });
});

it('stops a server only after its clients have ended', async () => {
  write('main.ts', server('hello'));
  write('name.ts', "export const name: string = 'Ada';");
  const clients = path.join(root, '.local', `clients-of-test-${process.pid}`);
  const client = spawn(process.execPath, ['--eval', "process.stdin.on('end', () => process.exit()).resume()"], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  run('--server');
  await expect.poll(() => output).toContain('hello Ada');
  mkdirSync(clients, { recursive: true });
  writeFileSync(path.join(clients, String(client.pid)), '');
  runner?.kill('SIGINT');
  const signalled = once(runner as ChildProcess, 'exit');
  process.kill(Number(/from (\d+)/.exec(output)?.[1]), 0);
  expect(output).not.toContain('closed');
  client.stdin?.end();
  await signalled;
  expect(output).toContain('closed');
  rmSync(clients, { recursive: true, force: true });
});
