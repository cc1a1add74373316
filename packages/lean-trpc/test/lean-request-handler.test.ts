import { expect, it } from 'vitest';
import { expectSameAnswers } from './same-answers.js';
import { twinApps } from './twin-apps.js';

it('answers as tRPC does, and by itself what is plain', async () => {
  expect(await expectSameAnswers(800)).toBeGreaterThan(0.15);
});

it.each([undefined, 3])('answers batches by itself where the largest is %s', async (maxBatchSize) => {
  const twins = twinApps({ ...(maxBatchSize && { maxBatchSize }) });
  for (const path of ['echo', 'echo,strict', 'echo,echo,nothing']) {
    const { official, lean } = await twins.ask({ method: 'GET', url: `/trpc/${path}?batch=1` });
    expect(lean).toEqual(official);
  }
  expect(twins.plain()).toBe(3);
  await twins.close();
});
