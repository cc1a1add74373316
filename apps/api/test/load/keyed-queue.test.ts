import { afterEach, expect, it, vi } from 'vitest';
import { keyedQueue } from '../../src/load/keyed-queue.js';

afterEach(() => {
  vi.useRealTimers();
});

/** Returns work that ends when the test says so. */
function held() {
  let end: () => void = () => {};
  const done = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { run: () => done, end };
}
const tooMany = { code: 'TOO_MANY_REQUESTS', details: { retryAfterSeconds: 1 } };

it('runs work on one key in order, one at a time, whatever fails', async () => {
  const queue = keyedQueue();
  let running = 0;
  const order: number[] = [];
  const work = (n: number) => async () => {
    expect(++running).toBe(1);
    order.push(n);
    await new Promise(setImmediate);
    running--;
    if (n === 1) throw new Error('no');
    return n;
  };
  const outcomes = await Promise.allSettled([0, 1, 2, 3].map((n) => queue.run('a', work(n))));
  expect(order).toEqual([0, 1, 2, 3]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
  expect(queue.size).toBe(0);
});

it('runs work on other keys at the same time', async () => {
  const queue = keyedQueue();
  const first = held();
  const running = queue.run('a', first.run);
  expect(await queue.run('b', async () => 'done')).toBe('done');
  first.end();
  await running;
});

it('lets 99 wait beside the one that runs, and rejects the next at once', async () => {
  const queue = keyedQueue();
  const first = held();
  const never = vi.fn();
  const all = [queue.run('a', first.run), ...Array.from({ length: 99 }, () => queue.run('a', async () => {}))];
  await expect(queue.run('a', never)).rejects.toMatchObject(tooMany);
  first.end();
  await Promise.all(all);
  expect([never.mock.calls.length, queue.size]).toEqual([0, 0]);
});

it('rejects work that has waited for 2 s, and goes on with the rest', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const queue = keyedQueue();
  const first = held();
  const never = vi.fn();
  const running = queue.run('a', first.run);
  const late = expect(queue.run('a', never)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  await vi.advanceTimersByTimeAsync(1999);
  const last = queue.run('a', async () => 'done');
  await vi.advanceTimersByTimeAsync(1);
  await late;
  first.end();
  await running;
  expect(await last).toBe('done');
  expect([never.mock.calls.length, queue.size, vi.getTimerCount()]).toEqual([0, 0, 0]);
});
