import fc from 'fast-check';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { MemoryRateLimit } from '../../src/trpc/memory-rate-limit.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('rejects points past the limit until a minute after the first one', () => {
  const limit = new MemoryRateLimit(10);
  expect(limit.spend('ada', 10)).toBeUndefined();
  vi.advanceTimersByTime(20_000);
  expect(limit.spend('ada', 1)).toBe(40_000);
  expect(limit.spend('grace', 1)).toBeUndefined();
  vi.advanceTimersByTime(39_999);
  expect(limit.spend('ada', 1)).toBe(1);
  vi.advanceTimersByTime(1);
  expect(limit.spend('ada', 10)).toBeUndefined();
});

it('keeps no count for longer than its minute, whatever else is counted', async () => {
  const limit = new MemoryRateLimit(10);
  for (let n = 0; n < 100; n++) limit.spend(`caller ${n}`, 1);
  vi.advanceTimersByTime(60_000);
  limit.spend('ada', 1);
  expect(await limit.get('caller 0')).toBeNull();
  expect(await limit.get('ada')).toEqual({ remainingPoints: 9, msBeforeNext: 60_000 });
});

/** Points of a key, or a pause. */
const step = fc.oneof(
  fc.record({ key: fc.constantFrom('a', 'b'), points: fc.integer({ min: 1, max: 7 }) }),
  fc.record({ waitMs: fc.integer({ min: 1, max: 40_000 }) }),
);

/** The library counts by timers and by the wall clock, so the test fakes both. */
it('counts like the limiter of rate-limiter-flexible', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const own = new MemoryRateLimit(10);
      const library = new RateLimiterMemory({ points: 10, duration: 60 });
      for (const one of steps) {
        if ('waitMs' in one) {
          await vi.advanceTimersByTimeAsync(one.waitMs);
          continue;
        }
        const outcomes = [own, library].map((limit) =>
          limit.consume(one.key, one.points).then(
            ({ remainingPoints }) => ({ remainingPoints }),
            ({ msBeforeNext }) => ({ msBeforeNext }),
          ),
        );
        const [ours, theirs] = await Promise.all(outcomes);
        expect(ours).toEqual(theirs);
      }
    }),
  );
});
