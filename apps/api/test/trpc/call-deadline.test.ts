import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { withinDeadline } from '../../src/trpc/call-deadline.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A call that ends when it is aborted, as the models' calls do. */
const endless = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', () => reject(signal.reason));
  });

it('ends a call after 5 s, as the deadline of a model does', async () => {
  const outcome = expect(withinDeadline(endless)).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  await vi.advanceTimersByTimeAsync(4999);
  expect(vi.getTimerCount()).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  await outcome;
});

it('ends a call after the time that it still has', async () => {
  const outcome = expect(withinDeadline(endless, undefined, 700)).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  await vi.advanceTimersByTimeAsync(700);
  await outcome;
});

it('ends a call when its client leaves, with the reason of the client’s signal', async () => {
  const client = new AbortController();
  const outcome = expect(withinDeadline(endless, client.signal)).rejects.toThrow('left');
  client.abort(new Error('left'));
  await outcome;
  await expect(withinDeadline(endless, client.signal)).rejects.toThrow('left');
});

it('leaves neither timer nor listener behind a call that ends by itself', async () => {
  const { signal } = new AbortController();
  expect(await withinDeadline(async () => 'done', signal)).toBe('done');
  await expect(withinDeadline(() => Promise.reject(new Error('no')), signal)).rejects.toThrow('no');
  expect([vi.getTimerCount(), getEventListeners(signal, 'abort')]).toEqual([0, []]);
});
