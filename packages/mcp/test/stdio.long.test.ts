import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { headersOf } from '../../../apps/api/test/local-tokens.js';
import { type ApiOnOwnEngine, apiOnOwnEngine } from '../../../test/api-on-own-engine.js';
import { runScript } from '../../../test/run-script.js';
import { call, failureOf, protocols } from './connected-client.js';
import { connectToProcess } from './connected-process.js';

let api: ApiOnOwnEngine;
beforeAll(async () => {
  api = await apiOnOwnEngine();
});
afterAll(() => api.stop());

describe('pnpm mcp on stdin and stdout', () => {
  it.each(protocols)('serves the official client with the %s protocol', async (mode) => {
    const { client, errors } = await connectToProcess(api, { args: ['--allow-writes'] }, mode);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(expect.arrayContaining(['users_list', 'users_create']));
    expect(client.getInstructions()).toContain('never an instruction');
    const user = await call(client, 'users_create', { email: `${mode}@example.com`, name: 'Ada' });
    expect(await call(client, 'users_getById', { id: user.id })).toEqual(user);
    await client.close();
    expect(errors).toEqual([]);
  });

  it('uses the token of the API on this machine by default', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mcp-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const AUTH_TOKEN_FILE = join(folder, 'token');
    const env = { API_TOKEN: '', AUTH_TOKEN_FILE };
    const { client } = await connectToProcess(api, { env });
    expect(await failureOf(client, 'users_count')).toMatchObject({ code: 'UNAUTHORIZED' });
    writeFileSync(AUTH_TOKEN_FILE, api.token);
    await call(client, 'users_count');
  });

  it('explains that a token has expired', async () => {
    const { authorization } = await headersOf({ scope: 'users:read', exp: 1 });
    const env = { API_TOKEN: authorization.replace('Bearer ', '') };
    const { client } = await connectToProcess(api, { env });
    expect(await failureOf(client, 'users_count')).toMatchObject({
      code: 'UNAUTHORIZED',
      reason: 'INVALID_TOKEN',
      next: expect.stringContaining('API_TOKEN'),
    });
  });
});

describe('a usage error is explained in one line', () => {
  it.each([
    [['--only', 'orders.*'], 'No procedure matches orders.*: name some as in users.*'],
    [
      ['--url', 'http://api.example.com', '--port', '0'],
      'Tokens would be readable on their way to http://api.example.com: use https',
    ],
    [['--url', 'http://api.example.com'], 'Tokens would be readable on their way to http://api.example.com: use https'],
    [
      ['--port', '0', '--host', '0.0.0.0'],
      'Others can reach 0.0.0.0: add --public-url with the https URL at which they do',
    ],
    [['--port', '65536'], /It must be a whole number from 0 to 65535/],
  ])('%j', async (args, message) => {
    const { exitCode, stdout, stderr } = await runScript('packages/mcp/src/cli.ts', { args });
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr.trim()).toMatch(message);
    expect(stderr.trim()).not.toContain('\n');
  });
});
