import { randomUUID } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { freshTable } from '../../../../test/fresh-table.js';
import { startApi } from '../api-process.js';

const fromSource = ['--conditions=@aws-starter-kit/source', '--import', 'tsx', 'apps/api/src/main.ts'];

/** Returns name, id and parent's id of each span that the console exporter prints. */
const spansIn = (output: string) =>
  [...output.matchAll(/parentSpanContext: (undefined|\{.*?\}),.*?\n {2}name: '(.*?)',\n {2}id: '(.*?)'/gs)].map(
    ([, parent = '', name = '', id = '']) => ({ name, id, parent: /spanId: '(.*?)'/.exec(parent)?.[1] }),
  );

it('records nested spans of HTTP, procedure and DynamoDB with the hook in the documents', async () => {
  const operations = await readFile(new URL('../../docs/operations.md', import.meta.url), 'utf8');
  const [, hook = ''] = /```js\n(.*?)```/s.exec(operations) ?? [];
  const file = new URL(`tracing-${randomUUID()}.tmp.mjs`, import.meta.url);
  await writeFile(file, hook);
  const { endpoint, tableName, client } = await freshTable();
  try {
    const env = { AWS_ENDPOINT_URL: endpoint, DYNAMODB_TABLE: tableName, DRAIN_MS: '0' };
    const api = await startApi(env, ['--import', fileURLToPath(file), ...fromSource]);
    const path = '/trpc/users.getById?input=%7B%22id%22%3A%22x%22%7D';
    expect((await fetch(api.url + path, { headers: api.headers })).status).toBe(404);
    const find = (name: string) => spansIn(api.output()).find((span) => span.name === name);
    await expect.poll(() => find('users.getById')).toBeDefined();
    const procedure = find('users.getById');
    await expect.poll(() => spansIn(api.output()).find(({ id }) => id === procedure?.parent)).toBeDefined();
    const http = spansIn(api.output()).find(({ id }) => id === procedure?.parent);
    expect(http?.name).toMatch(/^GET/);
    expect(spansIn(api.output())).toContainEqual({
      name: 'DynamoDB.GetItem',
      id: expect.any(String),
      parent: procedure?.id,
    });
    api.kill('SIGTERM');
    await api.ended;
  } finally {
    client.destroy();
    await rm(file);
  }
});
