import { expect, it } from 'vitest';
import { createRateLimit } from '../src/rate-limit.js';

const costing = (units: number) => async () => ({ result: units, units });

it('keeps the rate whatever the estimates', async () => {
  const limit = createRateLimit(1000, undefined);
  const began = performance.now();
  await Promise.all(Array.from({ length: 30 }, (_, i) => limit.run(i % 2 ? 1 : 30, costing(10))));
  await limit.run(1, costing(0)); // waits until the units of the others have passed
  expect(performance.now() - began).toBeGreaterThan(290);
  expect(limit.spent).toBe(300);
});

it('does not accumulate units while idle', async () => {
  const limit = createRateLimit(1000, undefined);
  const began = performance.now();
  await limit.run(1, costing(100));
  await limit.run(1, costing(100)); // waits for the first, however slow the machine is
  const ended = await limit.run(1, async () => ({ result: performance.now(), units: 0 }));
  expect(ended - began).toBeGreaterThan(190);
});

it('stops waiting on abort, with its reason', async () => {
  const stop = new AbortController();
  const limit = createRateLimit(1, stop.signal);
  await limit.run(1, costing(1000));
  const waiting = limit.run(1, costing(1));
  stop.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
  await expect(limit.run(1, costing(1))).rejects.toThrow('enough');
});
