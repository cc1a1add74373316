import { afterEach, expect, it, vi } from 'vitest';
import { concurrencyLimit } from '../../src/load/concurrency-limit.js';

afterEach(() => {
  vi.useRealTimers();
});

/** Returns work that ends when the test says so. */
function held() {
  let end: () => void = () => {};
  const done = new Promise<string>((resolve) => {
    end = () => resolve('done');
  });
  return { run: () => done, end };
}
const busy = { code: 'SERVICE_UNAVAILABLE', details: { retryAfterSeconds: 1 } };
const tooMany = { code: 'TOO_MANY_REQUESTS', details: { retryAfterSeconds: 1 } };

it('runs as many calls as it has slots, queues as many, and rejects the next at once', async () => {
  const limit = concurrencyLimit({ concurrent: 2 });
  const work = held();
  const all = ['a', 'b', 'c', 'd'].map((caller) => limit.run(caller, work.run));
  expect([limit.calls, limit.isFull]).toEqual([4, true]);
  const never = vi.fn();
  await expect(limit.run('e', never)).rejects.toMatchObject(busy);
  work.end();
  expect(await Promise.all(all)).toEqual(['done', 'done', 'done', 'done']);
  expect([limit.calls, limit.isFull, never.mock.calls.length]).toEqual([0, false, 0]);
});

it('does not start work that has waited for more than 1 s', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const limit = concurrencyLimit({ concurrent: 1, queued: 2 });
  const [first, second] = [held(), held()];
  const running = limit.run('a', first.run);
  const waiting = limit.run('b', second.run);
  vi.advanceTimersByTime(999);
  const lateOne = limit.run('c', async () => 'in time');
  await expect(limit.run('d', async () => 'no room')).rejects.toMatchObject(busy);
  vi.advanceTimersByTime(2);
  first.end();
  second.end();
  expect(await running).toBe('done');
  await expect(waiting).rejects.toMatchObject(busy);
  expect(await lateOne).toBe('in time');
});

it('frees the slot of work that fails', async () => {
  const limit = concurrencyLimit({ concurrent: 1 });
  const fails = async () => Promise.reject(new Error('no'));
  await expect(limit.run('a', fails)).rejects.toThrow('no');
  expect(await limit.run('a', async () => 'done')).toBe('done');
});

it('runs at most a quarter of all calls for one caller, queues the others, and leaves the rest to other callers', async () => {
  const limit = concurrencyLimit({ concurrent: 8 });
  const [work, other] = [held(), held()];
  const started = vi.fn(work.run);
  const mine = Array.from({ length: 8 }, () => limit.run('a', started));
  expect(started).toHaveBeenCalledTimes(2);
  expect(limit.isFull).toBe(false);
  expect(() => limit.admit('a')).toThrow('Too many calls of one caller');
  await expect(limit.run('a', started)).rejects.toMatchObject(tooMany);
  expect(() => limit.admit('b')).not.toThrow();
  const others = ['b', 'c', 'd'].flatMap((caller) => [limit.run(caller, other.run), limit.run(caller, other.run)]);
  other.end();
  expect(await Promise.all(others)).toEqual(Array(6).fill('done')); // none of them waited for the first caller
  work.end();
  expect(await Promise.all(mine)).toEqual(Array(8).fill('done'));
  expect(limit.calls).toBe(0);
  expect(() => limit.admit('a')).not.toThrow();
});

it('passes a slot to the next caller below its share, although another one has waited longer', async () => {
  const limit = concurrencyLimit({ concurrent: 2, perCaller: 1 });
  const [first, second, third] = [held(), held(), held()];
  const order: string[] = [];
  const record = (name: string, work: () => Promise<string>) => () => {
    order.push(name);
    return work();
  };
  const all = [
    limit.run('a', record('a1', first.run)),
    limit.run('b', record('b1', second.run)),
    limit.run('a', record('a2', third.run)),
    limit.run('c', record('c1', third.run)),
  ];
  second.end();
  await all[1];
  await new Promise(setImmediate);
  expect(order).toEqual(['a1', 'b1', 'c1']);
  first.end();
  await all[0];
  await new Promise(setImmediate);
  expect(order).toEqual(['a1', 'b1', 'c1', 'a2']);
  third.end();
  await Promise.all(all);
});
