import { isDeepStrictEqual } from 'node:util';
import { expect, it } from 'vitest';
import { unusualRequests } from './generated-requests.js';
import { expectSameAnswers } from './same-answers.js';
import { twinApps } from './twin-apps.js';

it('answers like tRPC, and handles plain requests itself', async () => {
  expect(await expectSameAnswers(300)).toBeGreaterThan(0.15);
});

it.each([undefined, 3])('handles batches itself if maxBatchSize is %s', async (maxBatchSize) => {
  const twins = twinApps({ ...(maxBatchSize && { maxBatchSize }) });
  for (const path of ['echo', 'echo,strict', 'echo,echo,nothing']) {
    const { official, lean } = await twins.send({ method: 'GET', url: `/trpc/${path}?batch=1` });
    expect(lean).toEqual(official);
  }
  expect(twins.plainCount()).toBe(3);
  await twins.close();
});

it('answers like tRPC for wrapped procedures, unusual results, parsers, outputs and answer heads', async () => {
  const twins = twinApps({});
  const differences = [];
  for (const request of unusualRequests) {
    const { official, lean } = await twins.send(request);
    if (!isDeepStrictEqual(official, lean)) differences.push({ url: request.url, official, lean });
  }
  await twins.close();
  expect(differences).toEqual([]);
  expect(twins.plainCount()).toBe(unusualRequests.length);
});

it.each([
  { batching: { enabled: false } },
  { batching: { enabled: false }, allowBatching: true },
  { batching: { enabled: true }, allowBatching: false },
])('allows batches as tRPC does with %j', async (variant) => {
  const twins = twinApps(variant);
  const { official, lean } = await twins.send({ method: 'GET', url: '/trpc/echo,echo?batch=1' });
  expect(lean).toEqual(official);
  await twins.close();
});
