import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { headersOf } from '../../../apps/api/test/local-tokens.js';
import { type RunningApi, runningApi } from '../../../apps/api/test/running-api.js';
import { runScript } from '../../../test/run-script.js';

const folder = mkdtempSync(join(tmpdir(), 'load-'));
const tokenFile = join(folder, 'token');
let api: RunningApi;
beforeAll(async () => {
  api = await runningApi();
  // the permissions that the command asks for, and no others
  const { authorization } = await headersOf({ scope: 'users:read users:write' });
  writeFileSync(tokenFile, `${authorization.replace('Bearer ', '')}\n`, { mode: 0o600 });
});
afterAll(async () => {
  await api.stop();
  rmSync(folder, { recursive: true });
});

const run = (command: 'load' | 'cost', ...args: string[]) =>
  runScript(`packages/operations/src/${command}-cli.ts`, { args });

it('load calls the API at its rate, reports, and leaves nothing behind', async () => {
  const before = await api.itemIds();
  const args = ['--url', api.url, '--token-file', tokenFile, '--rate', '50', '--duration', '30', '--max-calls', '150'];
  const { stdout, stderr, exitCode } = await run('load', ...args, '--json');
  expect({ exitCode, stderr }).toMatchObject({
    exitCode: 0,
    stderr: expect.stringContaining(`50 calls per second to ${api.url}`),
  });
  const report = JSON.parse(stdout);
  expect(report).toMatchObject({ sent: 150, notSent: 0, stoppedBy: 'max-calls' });
  expect(report.errors).toEqual({});
  expect(report.statistics.at(-1)).toMatchObject({ name: 'all', calls: 150, errors: 0 });
  const left = (await api.itemIds()).filter((id) => !before.includes(id) && !id.startsWith('ONCE#'));
  expect(left).toEqual([]);
});

it('load stops at its budget of units, and prints a table', async () => {
  const args = ['--url', api.url, '--token-file', tokenFile, '--rate', '100', '--max-units', '20'];
  const { stdout, exitCode } = await run('load', ...args);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/stopped by max-units; about (1\d|20)(\.5)? capacity units/);
});

it.each([
  [
    'a target that is no test stage',
    ['--url', 'https://api.example.com'],
    /does not look like a stage for tests .* Add --yes/,
  ],
  ['a target that does not answer', ['--url', 'http://127.0.0.1:1'], /No API answers at http:\/\/127.0.0.1:1/],
  [
    'a file without a token',
    ['--url', 'https://api.dev.example.com', '--token-file', '/no/token'],
    /\/no\/token cannot be read \(ENOENT\)/,
  ],
])('load explains %s', async (_, args, message) => {
  const { stdout, stderr, exitCode } = await run('load', '--token-file', tokenFile, ...args);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/\n\s+at /);
});

it('cost prints what the document shows', async () => {
  const document = readFileSync(new URL('../../../docs/operations/costs.md', import.meta.url), 'utf8');
  const [, command = '', output] = /```console\n\$ pnpm cost (.*?)\n(.*?)```/s.exec(document) ?? [];
  expect((await run('cost', ...command.split(' '))).stdout).toBe(output);
});

it('cost prints the units, or what a month costs', async () => {
  expect((await run('cost')).stdout).toMatch(/users\.create +0 +8/);
  const { stdout } = await run('cost', '--calls', 'users.getById=10M,users.create=200k', '--storage', '5');
  expect(stdout).toMatch(/users\.getById +10,000,000 +10,000,000 +0 +1\.25/);
  expect(stdout).toMatch(/users\.create +200,000 +0 +1,600,000 +1\.00/);
  expect(stdout).toMatch(/Prices of us-east-1 as of \d{4}-\d\d/);
  expect(await run('cost', '--calls', 'users.find=1')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(/^users\.find has no measured units/),
  });
});
