import { expect, it, vi } from 'vitest';
import { freshTable } from '../../../../test/fresh-table.js';
import { startApi } from '../api-process.js';
import { lambdaApi } from '../lambda/lambda-api.js';
import { headersOf } from '../local-tokens.js';
import { type EmfLine, emfProblems } from './emf-rules.js';

const fromSource = ['--conditions=@aws-starter-kit/source', '--import', 'tsx', 'apps/api/src/main.ts'];

/** Returns the lines of metrics in an output. */
const metricsIn = (output: string): EmfLine[] => {
  const lines = output.split('\n').filter((line) => line.includes('"_aws"'));
  expect(lines.flatMap(emfProblems)).toEqual([]);
  return lines.map((line) => JSON.parse(line));
};

it('a server has written its metrics when it exits', async () => {
  const { endpoint, tableName, client } = await freshTable();
  const env = { AWS_ENDPOINT_URL: endpoint, DYNAMODB_TABLE: tableName, DRAIN_MS: '0', SERVICE_NAME: 'server' };
  const api = await startApi({ ...env, METRICS: 'emf' }, fromSource);
  expect((await fetch(`${api.url}/trpc/users.count`, { headers: api.headers })).status).toBe(200);
  api.kill('SIGTERM');
  expect(await api.ended).toMatchObject({ code: 0 });
  expect(metricsIn(api.output())).toMatchObject([{ service: 'server', procedure: 'users.count', Calls: 1 }]);
  client.destroy();
});

it('a function has written its metrics when an invocation ends, before it is frozen', async () => {
  const api = await lambdaApi({ METRICS: 'emf', SERVICE_NAME: 'function' });
  const headers = await headersOf({ scope: 'users:read' });
  let output = '';
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    output += text;
    return true;
  });
  try {
    await api.invoke({ method: 'GET', rawPath: '/trpc/users.count', headers });
    expect(metricsIn(output)).toMatchObject([
      { service: 'function', procedure: 'users.count', codeClass: 'ok', Calls: 1 },
    ]);
    output = '';
    await api.invoke({ method: 'GET', rawPath: '/livez' });
    expect(metricsIn(output)).toEqual([]);
  } finally {
    spy.mockRestore();
    await api.stop();
  }
});
