import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
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
  writeFileSync(tokenFile, api.token); // where the API writes its token in development
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
/** Returns the message of a command that fails, which is a few lines at most, with nothing on stdout. */
async function failure(args: string[], more: Record<string, string | undefined> = {}) {
  const { exitCode, stdout, stderr } = await users(args, more);
  expect(stdout).toBe('');
  expect(stderr).not.toMatch(/\n\s+at /);
  expect(stderr.split('\n').length).toBeLessThan(6);
  return { exitCode, message: stderr };
}

it('prints JSON if stdout is not a terminal, and uses the token of `pnpm dev`', async () => {
  const created = JSON.parse((await users(['create', ' Ada@Example.com', 'Ada'])).stdout);
  expect(created).toMatchObject({ email: 'ada@example.com', name: 'Ada', version: 1 });
  expect(JSON.parse((await users(['get', created.id])).stdout)).toEqual(created);
  const changed = await users(['update', 'ada@example.com', '--name', 'Eve']);
  expect(JSON.parse(changed.stdout)).toMatchObject({ id: created.id, name: 'Eve', version: 2 });
  expect(await failure(['delete', created.id, '--expected-version', '1'])).toMatchObject({
    exitCode: 1,
    message: expect.stringMatching(/^Another caller has changed this user: /),
  });
  const removed = await users(['delete', 'ada@example.com']);
  expect(JSON.parse(removed.stdout)).toEqual({ id: created.id, deleted: true });
  expect(await failure(['get', created.id])).toEqual({ exitCode: 1, message: 'There is no such user\n' });
});

it('lists more users than a page of the API has, and prints the next cursor', async () => {
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

it('explains invalid arguments and invalid users', async () => {
  expect(await failure(['create', 'not an email', ''])).toEqual({
    exitCode: 1,
    message: 'email: Not a valid email\nname: A name must not be empty\n',
  });
  for (const [args, expected] of [
    [['update', 'someone'], /nothing to change: add --name/],
    [['list', '--limit', '0'], /whole number from 1 to 10000/],
    [['list', '--after', '2024', '--order', 'asc'], /'--after <date>' cannot be used with option '--order <order>'/],
    [['find'], /unknown command 'find'/],
  ] as const)
    expect(await failure([...args])).toEqual({ exitCode: 2, message: expect.stringMatching(expected) });
  expect(await users(['--help'])).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('Exit code: 0 success'),
  });
});

it('says what to do if there is no API, another server, or no valid token', async () => {
  const nowhere = `http://127.0.0.1:${await unusedPort()}`;
  const { authorization } = await headersOf({ scope: 'users:read' });
  for (const [more, expected] of [
    [
      { API_URL: nowhere },
      /^No API answers at \S+ \(ECONNREFUSED\): start it with "pnpm dev", or set the URL of another one/,
    ],
    [
      { API_URL: inject('endpoint') },
      /^The server at \S+ is not this API: set the URL of the API with --url or API_URL/,
    ],
    [
      { AUTH_TOKEN_FILE: '/no/such/file' },
      /^The API at \S+ needs a valid token, and \/no\/such\/file has none: start it with "pnpm dev"/,
    ],
    [{ API_TOKEN: 'wrong' }, /^The API at \S+ rejects this token: set another one in API_TOKEN/],
    [
      { API_TOKEN: authorization.replace('Bearer ', '') },
      /^This needs the permission users:write, which this token does not have: set another one/,
    ],
  ] as const) {
    expect(await failure(['delete', 'someone'], more)).toEqual({
      exitCode: 2,
      message: expect.stringMatching(expected),
    });
  }
});

it('sends no token over plain http to another machine', async () => {
  let isReached = false;
  const server = createServer((socket) => {
    isReached = true;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '::', resolve));
  const { port } = server.address() as AddressInfo;
  for (const url of [`http://[::ffff:127.0.0.1]:${port}`, `http://127.0.0.1.example.com:${port}`])
    expect(await failure(['count'], { API_URL: url, API_TOKEN: 'secret' })).toEqual({
      exitCode: 2,
      message: `The token would be readable on its way to ${url}: use https, or unset API_TOKEN\n`,
    });
  expect(isReached).toBe(false);
  server.close();
});

it('has one target for all commands: this machine, unless the environment or an option names another', async () => {
  const remote = { API_URL: 'https://api.example.invalid', API_TOKEN: 'secret' };
  const file = join(folder, 'target.csv');
  writeFileSync(file, 'email,name\ntarget@example.com,T\n');
  for (const [args, more, expected] of [
    [['create', 'a@example.com', 'A'], remote, /^This writes to the API at https:\/\/api.example.invalid, beyond this/],
    [['delete', 'someone'], remote, /\nNothing was written: add --yes if that is the right target\n$/],
    [['count'], remote, /^No API answers at/],
    [['create', 'a@example.com', 'A', '--yes'], remote, /^This writes to .*\nNo API answers at/],
    [['import', file], { ...remote, AWS_ENDPOINT_URL: undefined }, /^API_URL names .*, but nothing names its table/],
    [['import', file, '--aws'], {}, /^--aws is for AWS itself, but AWS_ENDPOINT_URL is set/],
    [
      ['import', file, '--aws'],
      { AWS_ENDPOINT_URL: undefined, AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' },
      /\nThis writes to table \S+ at us-east-1, beyond this machine.\nNothing was written: add --yes/,
    ],
  ] as const)
    expect(await failure([...args], more)).toEqual({ exitCode: 2, message: expect.stringMatching(expected) });
});

it('prints no control character of an argument or a file', async () => {
  const file = join(folder, 'evil.csv');
  writeFileSync(file, 'email,na\u001b[2Jme\n');
  for (const args of [['find\u001b[2J'], ['get', '\u001b[2Jx@y'], ['import', file], ['list', '--limit', '\u009b2J']])
    expect((await failure(args)).message).not.toMatch(/(?!\n)\p{Cc}/u);
});

it('explains what is wrong with a file, a table or a database', async () => {
  const file = join(folder, 'latin.csv');
  writeFileSync(file, Buffer.from('email,name\nzoe@example.com,Zoë\n', 'latin1'));
  for (const [args, more, expected] of [
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
    expect(await failure([...args], more)).toEqual({ exitCode: 2, message: expect.stringMatching(expected) });
  }
});

it('imports as a process, with an exit code for rejected rows, and survives a full disk', async () => {
  const { tableName, stop } = await runningApi();
  const variables = { ...env(), DYNAMODB_TABLE: tableName };
  const people = Array.from({ length: 30 }, (_, i) => `p${i}@example.com,Person ${i}`);
  const file = join(folder, 'people.csv');
  writeFileSync(file, `email,name\nbad,Bob\n${people.join('\n')}\n`);
  const script = 'packages/users-cli/src/cli.ts';
  const run = await runScript(script, { args: ['import', file, '--output', 'table'], env: variables });
  expect(run.exitCode).toBe(1);
  expect(run.stdout).toMatch(/^30 created, 0 unchanged, 1 rejected\n\nline 2 {2}email: Not a valid email\n\n/);

  const all = join(folder, 'all.ndjson');
  const node = `'${process.execPath}' --conditions=@aws-starter-kit/source --import tsx ${script}`;
  // a limit of 1 KB for files resembles a full disk, and needs no privileges
  const { status, stderr } = spawnSync('sh', ['-c', `ulimit -f 2; exec ${node} export '${all}'`], {
    cwd: join(import.meta.dirname, '../../..'),
    encoding: 'utf8',
    env: { ...process.env, ...variables },
  });
  expect({ status, isThere: existsSync(all) }).toEqual({ status: 2, isThere: false });
  expect(stderr).toMatch(
    /all\.ndjson\.part cannot be written: the maximum file size is reached \(EFBIG\)\. Free some space and run/,
  );
  expect((await users(['export', all], { DYNAMODB_TABLE: tableName })).exitCode).toBe(0);
  expect(readFileSync(all, 'utf8').trim().split('\n')).toHaveLength(30);
  const toStdout = await users(['export', '--format', 'csv'], { DYNAMODB_TABLE: tableName });
  expect(toStdout.stdout).toMatch(
    /^id,email,name,createdAt,updatedAt,version\n[\w-]+,p\d+@example.com,Person \d+,[^,]+,,1\n/,
  );
  await stop();
});
