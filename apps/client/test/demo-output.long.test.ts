import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, describe, inject, it } from 'vitest';
import { apiFor, onlyTheMarker, runDemo, runDemoBehind } from './run-demo.js';

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

// Each test is a process that mostly waits.
describe.concurrent('the demo', () => {
  beforeEach(({ skip }) => skip(!inject('endpoint'), inject('engineMissing')));

  it('calls every procedure, prints calls, results and durations, and leaves nothing behind', async (context) => {
    const { expect, onTestFinished } = context;
    const api = await apiFor(context);
    // where the API writes its token in development
    const folder = await mkdtemp(join(tmpdir(), 'demo-token-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const AUTH_TOKEN_FILE = join(folder, 'token');
    await writeFile(AUTH_TOKEN_FILE, api.token);
    const { exitCode, stdout, stderr } = await runDemo(api.url, { env: { API_TOKEN: undefined, AUTH_TOKEN_FILE } });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    for (const procedure of procedures) expect(stdout).toContain(`api.users.${procedure}.`);
    const flat = stdout.replaceAll(/\n {4,}(?!→)/g, ' ');
    expect(flat).toMatch(/api\.users\.create\.mutate\( ?\{ email: 'ada\.\w+@example\.com', name: 'Ada Lovelace' \}\)/);
    expect(flat).toMatch(/→ \{ id: '\w{8}…', email: .*, version: 1 \} +\d+ ms/);
    expect(flat).toContain('CONFLICT · EMAIL_TAKEN · email · User with email ada.');
    expect(stdout).toContain('CONFLICT · VERSION_CONFLICT');
    expect(stdout).toContain('40 results from 2 HTTP requests');
    expect(stdout).toMatch(/All went as expected in \d+\.\d\d s\. The demo deleted the users that it created\.\n/);
    const [curl = ''] = /sed .*\|\n.*/.exec(stdout) ?? [];
    const called = stdout.slice(0, stdout.indexOf(curl));
    expect(called.split('\n').filter((line) => line.length > 80)).toEqual([]);
    const answer = JSON.parse((await promisify(execFile)('sh', ['-c', curl])).stdout);
    expect(answer).toMatchObject({ result: { data: { count: 0 } } });
    expect(await api.itemIds()).toEqual(onlyTheMarker);
  });

  it('deletes the users it created and fails if a call fails', async (context) => {
    const { expect } = context;
    const api = await apiFor(context);
    const treat = (path: string) => (path.includes('users.update') ? 'broken' : 'pass');
    const { exitCode, stdout } = await runDemoBehind(api, context, treat);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/\nThe demo failed\. The API gave no readable answer: .*\n$/);
    expect(stdout).not.toMatch(/\n\s+at /);
    expect(await api.itemIds()).toEqual(onlyTheMarker);
  });
});
