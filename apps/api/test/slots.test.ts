import { afterEach, expect, it, vi } from 'vitest';
import { makeSlots } from '../src/slots.js';

afterEach(() => {
  vi.useRealTimers();
});

/** Work that ends when it is told to. */
function held() {
  let end: () => void = () => {};
  const done = new Promise<string>((resolve) => {
    end = () => resolve('done');
  });
  return { run: () => done, end };
}
const busy = { code: 'SERVICE_UNAVAILABLE', details: { retryAfterSeconds: 1 } };

it('runs as many as it has slots, lets as many wait, and refuses the next at once', async () => {
  const slots = makeSlots(2);
  const work = held();
  const all = [1, 2, 3, 4].map(() => slots.run(work.run));
  expect([slots.taken, slots.isFull]).toEqual([4, true]);
  const never = vi.fn();
  await expect(slots.run(never)).rejects.toMatchObject(busy);
  work.end();
  expect(await Promise.all(all)).toEqual(['done', 'done', 'done', 'done']);
  expect([slots.taken, slots.isFull, never.mock.calls.length]).toEqual([0, false, 0]);
});

it('does not start what has waited for more than a second', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const slots = makeSlots(1, 2);
  const [first, second] = [held(), held()];
  const running = slots.run(first.run);
  const waiting = slots.run(second.run);
  vi.advanceTimersByTime(999);
  const lateOne = slots.run(async () => 'in time');
  await expect(slots.run(async () => 'no room')).rejects.toMatchObject(busy);
  vi.advanceTimersByTime(2);
  first.end();
  second.end();
  expect(await running).toBe('done');
  await expect(waiting).rejects.toMatchObject(busy);
  expect(await lateOne).toBe('in time');
});

it('gives a slot back where work fails', async () => {
  const slots = makeSlots(1);
  const fails = async () => Promise.reject(new Error('no'));
  await expect(slots.run(fails)).rejects.toThrow('no');
  expect(await slots.run(async () => 'done')).toBe('done');
});
