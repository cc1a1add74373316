import { appRouter } from '@aws-starter-kit/api/router';
import { expect, it, onTestFinished } from 'vitest';
import { apiOnOwnEngine } from '../../../test/api-on-own-engine.js';
import { openApiDocument } from '../src/index.js';

type PathItem = Record<'get' | 'post', { requestBody?: { required: boolean } } | undefined>;

it('says that a body is required if and only if a running API rejects a request without one', async () => {
  const { url, token, stop } = await apiOnOwnEngine();
  onTestFinished(stop);
  const { paths } = JSON.parse(JSON.stringify(openApiDocument({ router: appRouter, version: '1.0.0' })));
  const authorization = `Bearer ${token}`;
  const statusOf = async (path: string, init: RequestInit) => (await fetch(url + path, init)).status;

  const [documented, answered]: Record<string, number[]>[] = [{}, {}];
  for (const [path, { get, post }] of Object.entries<PathItem>(paths)) {
    const statuses = [
      await statusOf(path, { method: 'POST', headers: { authorization } }),
      await statusOf(path, { method: 'POST', headers: { authorization, 'content-type': 'application/json' } }),
      ...(get ? [await statusOf(path, { headers: { authorization } })] : []),
    ];
    if (answered) answered[path] = statuses;
    if (documented) documented[path] = statuses.map(() => (post?.requestBody?.required ? 400 : 200));
  }
  expect(answered).toEqual(documented);
  expect(new Set(Object.values(answered ?? {}).flat())).toEqual(new Set([200, 400]));
});
