import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, describe, inject, it } from 'vitest';
import { apiFor, nothingButTheMark, runDemo, runDemoBehind } from './run-demo.js';

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

// Each is a process that spends most of its time waiting.
describe.concurrent('the demo', () => {
  beforeEach(({ skip }) => skip(!inject('endpoint'), inject('engineMissing')));

  it('goes through every procedure, shows calls, results and times, and leaves nothing behind', async (context) => {
    const { expect, onTestFinished } = context;
    const api = await apiFor(context);
    // the token is the one that an API in development leaves
    const folder = await mkdtemp(join(tmpdir(), 'demo-token-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const AUTH_TOKEN_FILE = join(folder, 'token');
    await writeFile(AUTH_TOKEN_FILE, api.token);
    const { exitCode, stdout, stderr } = await runDemo(api.url, { env: { API_TOKEN: undefined, AUTH_TOKEN_FILE } });
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
    const { exitCode, stdout } = await runDemoBehind(api, context, treat);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/\nThe demo failed\. The API gave no answer that can be read: .*\n$/);
    expect(stdout).not.toMatch(/\n\s+at /);
    expect(await api.itemIds()).toEqual(nothingButTheMark);
  });
});
