import { randomUUID } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { freshTable } from '../../../../test/fresh-table.js';
import { startApi } from '../api-process.js';
import { otlpReceiver } from './otlp-receiver.js';

const fromSource = ['--conditions=@aws-starter-kit/source', '--import', 'tsx', 'apps/api/src/main.ts'];
const traceId = '5759e988bd862e3fe1be46a994272793';
const parentId = '53995c3f42cd8ad8';

it('sends nested spans of HTTP, procedure and DynamoDB to a collector, in the traces of the callers', async () => {
  const operations = await readFile(new URL('../../docs/operations.md', import.meta.url), 'utf8');
  const [, hook = ''] = /```js\n(.*?)```/s.exec(operations) ?? [];
  const file = new URL(`tracing-${randomUUID()}.tmp.mjs`, import.meta.url);
  await writeFile(file, hook);
  const receiver = await otlpReceiver();
  const { endpoint, tableName, client } = await freshTable();
  try {
    const env = {
      ...{ AWS_ENDPOINT_URL: endpoint, DYNAMODB_TABLE: tableName, DRAIN_MS: '0' },
      ...{ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint, SERVICE_NAME: 'traced-api' },
    };
    const api = await startApi(env, ['--import', fileURLToPath(file), ...fromSource]);
    const call = async (headers: Record<string, string>) => {
      const path = '/trpc/users.getById?input=%7B%22id%22%3A%22x%22%7D';
      expect((await fetch(api.url + path, { headers: { ...api.headers, ...headers } })).status).toBe(404);
    };
    const proceduresIn = (trace: string) =>
      receiver.spans.filter(({ name, traceId }) => name === 'users.getById' && traceId === trace);

    await call({ traceparent: `00-${traceId}-${parentId}-01` });
    await expect.poll(() => proceduresIn(traceId)).toHaveLength(1);
    const [procedure] = proceduresIn(traceId);
    const httpSpan = () => receiver.spans.find(({ spanId }) => spanId === procedure?.parentSpanId);
    await expect.poll(httpSpan).toMatchObject({ name: expect.stringMatching(/^GET/), parentSpanId: parentId, traceId });
    const ofDatabase = { name: 'DynamoDB.GetItem', parentSpanId: procedure?.spanId, traceId };
    expect(receiver.spans).toContainEqual(expect.objectContaining(ofDatabase));

    const other = traceId.replace(/^5/, '6');
    await call({ 'x-amzn-trace-id': `Root=1-${other.slice(0, 8)}-${other.slice(8)};Parent=${parentId};Sampled=1` });
    await expect.poll(() => proceduresIn(other)).toHaveLength(1);
    expect([...receiver.services]).toEqual(['traced-api']);
    api.kill('SIGTERM');
    await api.ended;
  } finally {
    client.destroy();
    receiver.stop();
    await rm(file);
  }
});
