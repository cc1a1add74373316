import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, describe, inject, it, type TestContext } from 'vitest';
import { type RunOptions, runScript } from '../../../test/run-script.js';
import { adminToken } from '../../api/test/local-tokens.js';
import { type RunningApi, runningApi } from '../../api/test/running-api.js';
import { type BreakingProxy, breakingProxy, type Treatment, unusedPort } from './breaking-proxy.js';

const procedures = [
  'list',
  'createdAfter',
  'getById',
  'getByEmail',
  'create',
  'update',
  'delete',
  'batchDelete',
  'count',
];
const nothingButTheMark = ['UNIQUE#'];

const demo = (url: string, options: RunOptions = {}) =>
  runScript('apps/client/src/main.ts', {
    ...options,
    args: ['--url', url, ...(options.args ?? [])],
    env: { FORCE_COLOR: undefined, NO_COLOR: '1', API_TOKEN: adminToken, ...options.env },
  });

async function apiFor({ onTestFinished }: TestContext): Promise<RunningApi> {
  const api = await runningApi();
  onTestFinished(() => api.stop());
  return api;
}

/** Runs the demo against an API behind a proxy that breaks something. */
async function demoBehind(api: RunningApi, { onTestFinished }: TestContext, treat: (path: string) => Treatment) {
  const proxy = await breakingProxy(api.url, treat);
  onTestFinished(() => proxy.stop());
  return demo(proxy.url);
}

// Each is a process that spends most of its time waiting.
describe.concurrent('the demo', { timeout: 60_000 }, () => {
  beforeEach(({ skip }) => skip(!inject('endpoint'), inject('engineMissing')));

  it('goes through every procedure, shows calls, results and times, and leaves nothing behind', async (context) => {
    const { expect, onTestFinished } = context;
    const api = await apiFor(context);
    // the token is the one that an API in development leaves
    const folder = await mkdtemp(join(tmpdir(), 'demo-token-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const AUTH_TOKEN_FILE = join(folder, 'token');
    await writeFile(AUTH_TOKEN_FILE, api.token);
    const { exitCode, stdout, stderr } = await demo(api.url, { env: { API_TOKEN: undefined, AUTH_TOKEN_FILE } });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    for (const procedure of procedures) expect(stdout).toContain(`api.users.${procedure}.`);
    expect(stdout).toMatch(/api\.users\.create\.mutate\(\{ email: 'ada\.\w+@example\.com', name: 'Ada Lovelace' \}\)/);
    expect(stdout).toMatch(/→ \{ id: '\w{8}…', email: .*, version: 1 \} +\d+ ms/);
    expect(stdout).toContain('CONFLICT · EMAIL_TAKEN · email · User with email ada.');
    expect(stdout).toContain('CONFLICT · VERSION_CONFLICT');
    expect(stdout).toContain('120 results by 6 HTTP requests');
    expect(stdout).toMatch(/All went as expected: \d+\.\d\d s\. The users made are deleted again\.\n/);
    const [curl = ''] = /curl .*/.exec(stdout) ?? [];
    expect((await promisify(execFile)('sh', ['-c', curl])).stdout).toBe('{"result":{"data":{"count":0}}}');
    expect(await api.itemIds()).toEqual(nothingButTheMark);
  });

  it('deletes what it made and fails when a step fails', async (context) => {
    const { expect } = context;
    const api = await apiFor(context);
    const treat = (path: string) => (path.includes('users.update') ? 'broken' : 'pass');
    const { exitCode, stdout } = await demoBehind(api, context, treat);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/\nThe demo failed\. The API gave no answer that can be read: .*\n$/);
    expect(stdout).not.toMatch(/\n\s+at /);
    expect(await api.itemIds()).toEqual(nothingButTheMark);
  });

  it('finds and deletes also the users whose creation got no answer', async (context) => {
    const { expect } = context;
    const api = await apiFor(context);
    let creations = 0;
    const treat = (path: string) => (path.includes('users.create') && ++creations === 5 ? 'lose' : 'pass');
    const { exitCode } = await demoBehind(api, context, treat);
    expect(exitCode).toBe(1);
    expect(await api.itemIds()).toEqual(nothingButTheMark);
  });

  it('says what is left behind when even that fails', async (context) => {
    const { expect } = context;
    const api = await apiFor(context);
    const treat = (path: string) => (/update|batchDelete/.test(path) ? 'broken' : 'pass');
    const { exitCode, stdout } = await demoBehind(api, context, treat);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/\nUsers whose address ends with \.\w+@example\.com are left behind: .*\n/);
  });

  it.for([
    { signal: 'SIGINT', after: 'api.users.update' },
    { signal: 'SIGTERM', after: 'travel together' },
  ] as const)('deletes what it made when $signal stops it after "$after"', async ({ signal, after }, context) => {
    const { expect } = context;
    const api = await apiFor(context);
    let isStopped = false;
    const { exitCode, stdout } = await demo(api.url, {
      onOutput(output, kill) {
        if (isStopped || !output.includes(after)) return;
        isStopped = true;
        kill(signal);
      },
    });
    expect({ isStopped, exitCode }).toEqual({ isStopped: true, exitCode: 130 });
    expect(stdout).toMatch(/\nThe demo was stopped\.\n$/);
    expect(await api.itemIds()).toEqual(nothingButTheMark);
  });

  it('waits for an API that is still starting', async (context) => {
    const { expect, onTestFinished } = context;
    const api = await apiFor(context);
    const port = await unusedPort();
    let starts: Promise<BreakingProxy> | undefined;
    onTestFinished(async () => (await starts)?.stop());
    const { stdout } = await demo(`http://127.0.0.1:${port}`, {
      onOutput(output, kill) {
        if (output.includes('Waiting for the API')) starts ??= breakingProxy(api.url, () => 'pass', port);
        if (output.includes('The demo calls every procedure')) kill('SIGTERM');
      },
    });
    expect(stdout).toContain('The demo calls every procedure');
  });

  it('says what to do where it has no token', async (context) => {
    const { expect } = context;
    const api = await apiFor(context);
    const env = { API_TOKEN: undefined, AUTH_TOKEN_FILE: '/no/such/file' };
    const { exitCode, stdout } = await demo(api.url, { env });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      /\nThe demo failed\. This needs a token, .* Give one that the API takes by --token or API_TOKEN\.\n/,
    );
  });

  it('says that the API is there but its database is not', async (context) => {
    const { expect } = context;
    const api = await apiFor(context);
    api.database.setRules([{ fault: 'refused' }]);
    const { exitCode, stdout } = await demo(api.url, { args: ['--wait', '0'] });
    expect(exitCode).toBe(1);
    expect(stdout).toContain(`The API at ${api.url} answers, but it is not ready (/readyz says 503)`);
  });
});
