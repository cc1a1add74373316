import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { singleFlight } from '../../src/load/single-flight.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});
const passes = (ms: number) => vi.advanceTimersByTimeAsync(ms);

/** A store whose reads the test answers, with the value at the time when they were sent. */
function slowStore() {
  const sent: { signal: AbortSignal; answer: () => void; fail: (error: Error) => void }[] = [];
  const store = { value: 'old' };
  const read = (signal: AbortSignal) =>
    new Promise<string>((resolve, reject) => {
      const { value } = store;
      sent.push({ signal, answer: () => resolve(value), fail: reject });
    });
  const share = singleFlight<string>();
  return { store, sent, ask: (key = 'a', signal = new AbortController().signal) => share(key, signal, read) };
}

describe('overlapping reads of one key', () => {
  it('share a request, however many callers there are', async () => {
    const { sent, ask } = slowStore();
    const asked = Array.from({ length: 1000 }, () => ask());
    expect(sent).toHaveLength(1);
    sent[0]?.answer();
    await passes(9);
    expect(sent).toHaveLength(1);
    await passes(1);
    sent[1]?.answer();
    expect(await Promise.all(asked)).toEqual(asked.map(() => 'old'));
    await passes(1000);
    expect(sent).toHaveLength(2);
  });

  it('never give a caller the value from before a write that was acknowledged earlier', async () => {
    const { store, sent, ask } = slowStore();
    const before = ask();
    store.value = 'new'; // written and acknowledged
    const after = ask();
    sent[0]?.answer();
    expect(await before).toBe('old');
    await passes(10);
    sent[1]?.answer();
    expect(await after).toBe('new');
  });

  it('are joined until they are sent, and not after', async () => {
    const { store, sent, ask } = slowStore();
    const [first, second] = [ask(), ask()];
    store.value = 'new';
    const third = ask(); // joins the second, which is not sent yet
    sent[0]?.answer();
    await first;
    await passes(10);
    store.value = 'newer';
    const fourth = ask();
    sent[1]?.answer();
    expect(await Promise.all([second, third])).toEqual(['new', 'new']);
    await passes(10);
    sent[2]?.answer();
    expect(await fourth).toBe('newer');
    expect(sent).toHaveLength(3);
  });

  it('do not wait for a stalled one longer than 100 ms, and later ones only 10', async () => {
    const { sent, ask } = slowStore();
    ask();
    const second = ask();
    await passes(99);
    expect(sent).toHaveLength(1);
    await passes(1);
    sent[1]?.answer();
    expect(await second).toBe('old');
    for (const count of [3, 4]) {
      const later = ask();
      await passes(10);
      expect(sent).toHaveLength(count);
      sent[count - 1]?.answer();
      expect(await later).toBe('old');
    }
  });

  it('are at most ten a second if the database hangs', async () => {
    const { sent, ask } = slowStore();
    for (let ms = 0; ms < 1000; ms += 5) {
      ask();
      await passes(5);
    }
    expect(sent.length).toBeGreaterThan(8);
    expect(sent.length).toBeLessThanOrEqual(11);
  });

  it('start again at once when all are answered', async () => {
    const { sent, ask } = slowStore();
    const first = ask();
    sent[0]?.answer();
    await first;
    await passes(0);
    ask();
    expect(sent).toHaveLength(2);
  });

  it('fail only for the callers that share them', async () => {
    const { sent, ask } = slowStore();
    const [first, second] = [ask(), ask()];
    sent[0]?.fail(new Error('no'));
    await expect(first).rejects.toThrow('no');
    await passes(10);
    sent[1]?.answer();
    expect(await second).toBe('old');
  });
});

it('reads of other keys are not shared and do not wait', () => {
  const { sent, ask } = slowStore();
  ask('a');
  ask('b');
  expect(sent).toHaveLength(2);
});

describe('a caller that leaves', () => {
  it('is answered at once, and the others by the read, which is aborted with the last of them', async () => {
    const { sent, ask } = slowStore();
    ask();
    const [one, other] = [new AbortController(), new AbortController()];
    const joined = [ask('a', one.signal), ask('a', other.signal)];
    const outcomes = Promise.allSettled(joined);
    await passes(100);
    one.abort(new Error('one left'));
    await expect(joined[0]).rejects.toThrow('one left');
    expect(sent[1]?.signal.aborted).toBe(false);
    other.abort(new Error('the other left'));
    expect(sent[1]?.signal.reason).toEqual(new Error('the other left'));
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('leaves the read to the callers that stay', async () => {
    const { sent, ask } = slowStore();
    ask();
    const leaving = new AbortController();
    const [left, stayed] = [ask('a', leaving.signal), ask()];
    leaving.abort(new Error('left'));
    await expect(left).rejects.toThrow('left');
    await passes(100);
    sent[1]?.answer();
    expect(await stayed).toBe('old');
  });

  it('before its read is sent ends that read, which no later caller joins', async () => {
    const { sent, ask } = slowStore();
    ask();
    const leaving = new AbortController();
    const left = ask('a', leaving.signal);
    leaving.abort(new Error('left'));
    await expect(left).rejects.toThrow('left');
    const next = ask();
    await passes(100);
    expect(sent).toHaveLength(2);
    expect(sent[1]?.signal.aborted).toBe(false);
    sent[1]?.answer();
    expect(await next).toBe('old');
  });

  it('is rejected at once if its signal was aborted before', async () => {
    const { ask } = slowStore();
    ask();
    await expect(ask('a', AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
  });

  it('leaves no listener at a signal that lives on, however the read ends', async () => {
    const { sent, ask } = slowStore();
    const { signal } = new AbortController(); // of a connection, whose requests share it
    const outcomes = Promise.allSettled([ask('a', signal), ask('a', signal), ask('a', signal)]);
    expect(getEventListeners(signal, 'abort')).toHaveLength(2);
    sent[0]?.answer();
    await passes(10);
    sent[1]?.fail(new Error('no'));
    expect((await outcomes).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    await passes(0);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});
