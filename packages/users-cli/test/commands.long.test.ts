import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { headersOf } from '../../../apps/api/test/local-tokens.js';
import { type RunningApi, runningApi } from '../../../apps/api/test/running-api.js';
import { unusedPort } from '../../../apps/client/test/breaking-proxy.js';
import { runScript } from '../../../test/run-script.js';
import { usersHere } from './run-here.js';

const folder = mkdtempSync(join(tmpdir(), 'users-cli-'));
const tokenFile = join(folder, 'token');
let api: RunningApi;
beforeAll(async () => {
  api = await runningApi();
  writeFileSync(tokenFile, api.token); // as an API in development leaves it
});
afterAll(async () => {
  await api.stop();
  rmSync(folder, { recursive: true });
});

const env = () => ({
  API_URL: api.url,
  API_TOKEN: undefined,
  AUTH_TOKEN_FILE: tokenFile,
  AWS_ENDPOINT_URL: inject('endpoint'),
  AWS_REGION: 'us-east-1',
  DYNAMODB_TABLE: api.tableName,
});
const users = (args: string[], more: Record<string, string | undefined> = {}) => usersHere(args, { ...env(), ...more });
/** What went wrong, which is a line or a few, and nothing on stdout. */
async function failure(args: string[], more: Record<string, string | undefined> = {}) {
  const { exitCode, stdout, stderr } = await users(args, more);
  expect(stdout).toBe('');
  expect(stderr).not.toMatch(/\n\s+at /);
  expect(stderr.split('\n').length).toBeLessThan(6);
  return { exitCode, says: stderr };
}

it('answers in JSON where stdout is no terminal, with the token that `pnpm dev` leaves', async () => {
  const created = JSON.parse((await users(['create', ' Ada@Example.com', 'Ada'])).stdout);
  expect(created).toMatchObject({ email: 'ada@example.com', name: 'Ada', version: 1 });
  expect(JSON.parse((await users(['get', created.id])).stdout)).toEqual(created);
  const changed = await users(['update', 'ada@example.com', '--name', 'Eve']);
  expect(JSON.parse(changed.stdout)).toMatchObject({ id: created.id, name: 'Eve', version: 2 });
  expect(await failure(['delete', created.id, '--expected-version', '1'])).toMatchObject({
    exitCode: 1,
    says: expect.stringMatching(/^Somebody else has changed this user: /),
  });
  const removed = await users(['delete', 'ada@example.com']);
  expect(JSON.parse(removed.stdout)).toEqual({ id: created.id, deleted: true });
  expect(await failure(['get', created.id])).toEqual({ exitCode: 1, says: 'There is no such user\n' });
});

it('lists more than a page of the API holds, and says where it goes on', async () => {
  const other = await runningApi();
  const list = Array.from({ length: 130 }, (_, i) => ({ email: `p${i}@example.com`, name: `Person ${i}` }));
  for (let at = 0; at < 130; at += 20)
    await Promise.all(list.slice(at, at + 20).map((user) => other.batching.users.create.mutate(user)));
  const there = { API_URL: other.url };
  const page = JSON.parse((await users(['list', '--limit', '120', '--order', 'desc'], there)).stdout);
  expect(new Set(page.items.map(({ email }: { email: string }) => email)).size).toBe(120);
  const rest = await users(['list', '--order', 'desc', '--cursor', page.nextCursor, '--output', 'table'], there);
  expect(rest.stdout.trim().split('\n')).toHaveLength(11);
  const after = await users(['list', '--after', '2024', '--limit', '1', '--output', 'table'], there);
  expect(after.stderr).toMatch(/^There are more: add --limit <n>, or --cursor '\S+'\n$/);
  expect((await users(['count', '--output', 'table'], there)).stdout).toBe('130\n');
  await other.stop();
});

it('says what is wrong with what it was given, and with a user that cannot be', async () => {
  expect(await failure(['create', 'no address', ''])).toEqual({
    exitCode: 1,
    says: 'email: Not an e-mail address\nname: A name must not be empty\n',
  });
  for (const [args, says] of [
    [['update', 'someone'], /nothing to change: add --name/],
    [['list', '--limit', '0'], /whole number from 1 to 10000/],
    [['list', '--after', '2024', '--order', 'asc'], /'--after <date>' cannot be used with option '--order <order>'/],
    [['find'], /unknown command 'find'/],
  ] as const)
    expect(await failure([...args])).toEqual({ exitCode: 2, says: expect.stringMatching(says) });
  expect(await users(['--help'])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Exit code: 0 done') });
});

it('says what to do where no API answers, where it is another one, and where it has no token', async () => {
  const nowhere = `http://127.0.0.1:${await unusedPort()}`;
  const { authorization } = await headersOf({ scope: 'users:read' });
  for (const [more, says] of [
    [
      { API_URL: nowhere },
      /^No API answers at \S+ \(ECONNREFUSED\): start it with "npx pnpm dev", or name another one/,
    ],
    [{ API_URL: inject('endpoint') }, /^What answers at \S+ is not this API: name another one with --url or API_URL/],
    [
      { AUTH_TOKEN_FILE: '/no/such/file' },
      /^The API at \S+ wants a token that it takes, and \/no\/such\/file has none: start it with "npx pnpm dev"/,
    ],
    [{ API_TOKEN: 'wrong' }, /^The API at \S+ does not take this token: give another one by --token or API_TOKEN/],
    [
      { API_TOKEN: authorization.replace('Bearer ', '') },
      /^This needs the permission users:write, which this token does not have: give another one/,
    ],
  ] as const) {
    expect(await failure(['delete', 'someone'], more)).toEqual({ exitCode: 2, says: expect.stringMatching(says) });
  }
});

it('says what is wrong with a file, a table and a database', async () => {
  const file = join(folder, 'latin.csv');
  writeFileSync(file, Buffer.from('email,name\nzoe@example.com,Zoë\n', 'latin1'));
  for (const [args, more, says] of [
    [['import', file], {}, /is not UTF-8 \(line 2\): save it as UTF-8/],
    [['import', 'nothing.csv'], {}, /^nothing.csv does not exist: check the path/],
    [['export', join(folder, 'no/such/place.csv')], {}, /place.csv.part does not exist|no such file/],
    [
      ['export'],
      { DYNAMODB_TABLE: 'not-there' },
      /^Table not-there does not exist at \S+: make it with "pnpm table create"/,
    ],
    [['export'], { AWS_ENDPOINT_URL: 'localhost 8000' }, /^AWS_ENDPOINT_URL holds "localhost 8000"; it may hold/],
  ] as const) {
    expect(await failure([...args], more)).toEqual({ exitCode: 2, says: expect.stringMatching(says) });
  }
});

it('as a process imports, tells refused rows by its exit code, and survives a full disk', {
  timeout: 60_000,
}, async () => {
  const { tableName, stop } = await runningApi();
  const variables = { ...env(), DYNAMODB_TABLE: tableName };
  const people = Array.from({ length: 30 }, (_, i) => `p${i}@example.com,Person ${i}`);
  const file = join(folder, 'people.csv');
  writeFileSync(file, `email,name\nbad,Bob\n${people.join('\n')}\n`);
  const script = 'packages/users-cli/src/cli.ts';
  const refused = await runScript(script, { args: ['import', file, '--output', 'table'], env: variables });
  expect(refused.exitCode).toBe(1);
  expect(refused.stdout).toMatch(
    /^30 created, 0 there already, 1 refused\n\nline 2 {2}email: Not an e-mail address\n\n/,
  );

  const all = join(folder, 'all.ndjson');
  const node = `'${process.execPath}' --conditions=@aws-starter-kit/source --import tsx ${script}`;
  // a limit of 1 KB for a file is the next thing to a full disk that needs no rights
  const { status, stderr } = spawnSync('sh', ['-c', `ulimit -f 2; exec ${node} export '${all}'`], {
    cwd: join(import.meta.dirname, '../../..'),
    encoding: 'utf8',
    env: { ...process.env, ...variables },
  });
  expect({ status, isThere: existsSync(all) }).toEqual({ status: 2, isThere: false });
  expect(stderr).toMatch(
    /all\.ndjson\.part cannot be written: files may not be larger here \(EFBIG\)\. Make room and run/,
  );
  expect((await users(['export', all], { DYNAMODB_TABLE: tableName })).exitCode).toBe(0);
  expect(readFileSync(all, 'utf8').trim().split('\n')).toHaveLength(30);
  const toStdout = await users(['export', '--format', 'csv'], { DYNAMODB_TABLE: tableName });
  expect(toStdout.stdout).toMatch(
    /^id,email,name,createdAt,updatedAt,version\n[\w-]+,p\d+@example.com,Person \d+,[^,]+,,1\n/,
  );
  await stop();
});
