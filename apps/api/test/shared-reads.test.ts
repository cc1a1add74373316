import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { makeSharedReads } from '../src/shared-reads.js';

/** A store whose reads are answered by hand, with what was stored when they were sent. */
function slowStore() {
  const sent: { value: string; signal: AbortSignal; answer: () => void; fail: (error: Error) => void }[] = [];
  const store = { value: 'old' };
  const read = (signal: AbortSignal) =>
    new Promise<string>((resolve, reject) => {
      const { value } = store;
      sent.push({ value, signal, answer: () => resolve(value), fail: reject });
    });
  const share = makeSharedReads<string>();
  return { store, sent, ask: (key = 'a', signal = new AbortController().signal) => share(key, signal, read) };
}

describe('shared reads', () => {
  it('of one key are one in the air and one that waits, however many ask', async () => {
    const { sent, ask } = slowStore();
    const asked = Array.from({ length: 1000 }, () => ask());
    expect(sent).toHaveLength(1);
    sent[0]?.answer();
    await asked[0];
    await expect.poll(() => sent.length).toBe(2);
    sent[1]?.answer();
    expect(await Promise.all(asked)).toEqual(asked.map(() => 'old'));
    expect(sent).toHaveLength(2);
  });

  it('never answer with what was read before a write that was acknowledged', async () => {
    const { store, sent, ask } = slowStore();
    const before = ask();
    store.value = 'new'; // written and acknowledged
    const after = ask();
    sent[0]?.answer();
    expect(await before).toBe('old');
    await expect.poll(() => sent.length).toBe(2);
    sent[1]?.answer();
    expect(await after).toBe('new');
  });

  it('that wait are joined until they are sent, and not after', async () => {
    const { store, sent, ask } = slowStore();
    const [first, second] = [ask(), ask()];
    store.value = 'new';
    const third = ask(); // joins the second, which is not sent yet
    sent[0]?.answer();
    await first;
    await expect.poll(() => sent.length).toBe(2);
    store.value = 'newer';
    const fourth = ask();
    sent[1]?.answer();
    expect(await Promise.all([second, third])).toEqual(['new', 'new']);
    await expect.poll(() => sent.length).toBe(3);
    sent[2]?.answer();
    expect(await fourth).toBe('newer');
    expect(sent).toHaveLength(3);
  });

  it('of other keys do not wait', () => {
    const { sent, ask } = slowStore();
    ask('a');
    ask('b');
    expect(sent).toHaveLength(2);
  });

  it('that fail take nobody along who waits for the next', async () => {
    const { sent, ask } = slowStore();
    const [first, second] = [ask(), ask()];
    sent[0]?.fail(new Error('no'));
    await expect(first).rejects.toThrow('no');
    await expect.poll(() => sent.length).toBe(2);
    sent[1]?.answer();
    expect(await second).toBe('old');
  });

  it('end when all who wait for them have left, and not before', async () => {
    const { sent, ask } = slowStore();
    ask();
    const [one, other] = [new AbortController(), new AbortController()];
    const joined = [ask('a', one.signal), ask('a', other.signal)];
    sent[0]?.answer();
    await expect.poll(() => sent.length).toBe(2);
    one.abort();
    expect(sent[1]?.signal.aborted).toBe(false);
    other.abort();
    expect(sent[1]?.signal.aborted).toBe(true);
    sent[1]?.answer();
    await Promise.all(joined);
  });

  it('leave nothing behind at signals that live on, however they end', async () => {
    const { sent, ask } = slowStore();
    const { signal } = new AbortController(); // of a connection, whose requests share it
    const asked = [ask('a', signal), ask('a', signal), ask('a', signal)];
    sent[0]?.answer();
    await expect.poll(() => sent.length).toBe(2);
    expect(getEventListeners(signal, 'abort')).toHaveLength(2);
    sent[1]?.fail(new Error('no'));
    expect((await Promise.allSettled(asked)).map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
    ]);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});
