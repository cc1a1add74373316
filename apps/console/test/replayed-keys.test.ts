import { describe, expect, it } from 'vitest';
import { replayedKeys } from '../src/api/replayed-keys.js';

const answer = (header?: string) => new Response(null, { headers: header ? { 'idempotency-replayed': header } : {} });
const send = async (keys: string, header?: string) => {
  const replayed = replayedKeys(async () => answer(header));
  await replayed.fetch('http://127.0.0.1/', { headers: { 'idempotency-key': keys } });
  return replayed;
};

describe('the keys of calls that had been applied before', () => {
  it('are those that the answer marks, by position', async () => {
    const replayed = await send('"a";at=1, "", "b";at=2', 'false, true, true');
    expect(['a', '', 'b'].map(replayed.take)).toEqual([false, true, true]);
  });

  it('are forgotten once they are asked for', async () => {
    const replayed = await send('"a";at=1', 'true');
    expect([replayed.take('a'), replayed.take('a')]).toEqual([true, false]);
  });

  it('are none if the answer marks none', async () => {
    expect((await send('"a";at=1')).take('a')).toBe(false);
    expect((await send('"a";at=1', 'true')).take(undefined)).toBe(false);
  });
});
