import { randomUUID } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runScript } from '../../../test/run-script.js';
import { type RunningApi, runningApi } from './running-api.js';

describe('the README', () => {
  let api: RunningApi;
  let blocks: string[];
  beforeAll(async () => {
    api = await runningApi();
    const text = await readFile(new URL('../README.md', import.meta.url), 'utf8');
    blocks = [...text.matchAll(/```ts\n(.*?)```/gs)].map(([, code = '']) => code);
  });
  afterAll(() => api.stop());

  /** Runs a block as a module of this package. */
  async function run(code: string) {
    const name = `apps/api/test/readme-${randomUUID()}.tmp.ts`;
    const file = new URL(`../../../${name}`, import.meta.url);
    await writeFile(file, code);
    try {
      return await runScript(name, { env: { API_TOKEN: api.token } });
    } finally {
      await rm(file);
    }
  }

  it('has a typed call that runs', async () => {
    const { exitCode, stderr } = await run((blocks[0] ?? '').replace('http://127.0.0.1:3000', api.url));
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const { items } = await api.client.users.list.query();
    expect(items).toMatchObject([{ email: 'ada@example.com', name: 'Countess of Lovelace', version: 2 }]);
  });

  it('has an example of embedding that runs', async () => {
    const { exitCode, stderr } = await run((blocks[1] ?? '').replace('port: 3000', 'port: 0'));
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  });
});
