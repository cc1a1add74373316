import { describe, expect, it, vi } from 'vitest';
import { forgetAllPending, unattendedCalls } from '../../src/change/save/pending-calls.js';
import {
  NotAppliedError,
  type SettleOptions,
  StillUnknownError,
  settleCall,
} from '../../src/change/save/settle-call.js';
import { settledText } from '../../src/change/save/settled-text.js';
import { lossyApi, type Weather } from './lossy-api.js';

const lossy = lossyApi();
const call = (key: string) => ({
  key,
  path: 'users.create',
  input: { name: 'Ada' },
  title: 'Create Ada',
  entity: 'users',
  takesKey: true,
  at: Date.now(),
});
/** Goes on at once, and changes the weather after some pauses. */
const settle = (key: string, { after = ['works'], ...options }: SettleOptions & { after?: Weather[] } = {}) => {
  const pauses: number[] = [];
  const pause = async (ms: number) => {
    if (pauses.push(ms) === 2) lossy.weather = after;
  };
  return { pauses, outcome: settleCall(lossy.api, call(key), { pause, ...options }) };
};

describe('a call with an unknown outcome', () => {
  it('is settled at once if the API answers', async () => {
    lossy.weather = ['works'];
    await expect(settle('a').outcome).resolves.toEqual({
      answer: { id: 'u1' },
      applied: 'at once',
    });
    expect(lossy.kept()).toBeUndefined();
  });

  it('is kept while it is under way', async () => {
    lossy.weather = ['loses the answer'];
    const { outcome } = settle('b', { onUncertain: () => expect(lossy.kept()).toContain('"key":"b"') });
    await outcome;
    expect(lossy.kept()).toBeUndefined();
    expect(unattendedCalls()).toEqual([]);
  });

  it('is sent with the same key until it is known that an earlier attempt was applied', async () => {
    lossy.weather = ['loses the answer'];
    await expect(settle('c').outcome).resolves.toMatchObject({ applied: 'earlier' });
    expect(new Set(lossy.attempts)).toEqual(new Set(['c']));
    expect([...lossy.applied]).toEqual([['c', { name: 'Ada' }]]);
  });

  it('is applied by a later attempt if none was before', async () => {
    lossy.weather = ['loses the request'];
    await expect(settle('d').outcome).resolves.toMatchObject({ applied: 'now' });
    expect(new Set(lossy.attempts)).toEqual(new Set(['d']));
  });

  it('was not applied if the write rejects it', async () => {
    lossy.weather = ['loses the request'];
    await expect(settle('e', { after: ['conflict'] }).outcome).rejects.toThrow(NotAppliedError);
    expect(lossy.kept()).toBeUndefined();
  });

  it('stays unknown, and is kept, if the API rejects it before its write', async () => {
    lossy.weather = ['loses the answer'];
    await expect(settle('f', { after: ['forbidden'] }).outcome).rejects.toThrow(StillUnknownError);
    expect(unattendedCalls()).toMatchObject([{ key: 'f', input: { name: 'Ada' } }]);
    lossy.weather = ['works'];
    await expect(settle('f', { isUncertain: true }).outcome).resolves.toMatchObject({ applied: 'earlier' });
    expect(unattendedCalls()).toEqual([]);
  });

  it('waits as long as a busy API asks for', async () => {
    lossy.weather = ['is busy'];
    const { pauses, outcome } = settle('g', { isUncertain: true });
    await outcome;
    expect(pauses).toContain(7_000);
  });

  it('is kept if the user stops to ask', async () => {
    lossy.weather = ['loses the request'];
    const stop = new AbortController();
    const { outcome } = settle('h', {
      signal: stop.signal,
      onUncertain: () => stop.abort(),
      pause: async (_, signal) => signal?.throwIfAborted(),
    });
    await expect(outcome).rejects.toThrow();
    expect(unattendedCalls()).toMatchObject([{ key: 'h' }]);
  });

  it('is forgotten when the user signs out, so that the next one does not send it', async () => {
    lossy.weather = ['forbidden'];
    await expect(settle('j', { isUncertain: true }).outcome).rejects.toThrow(StillUnknownError);
    expect(lossy.kept()).toContain('"j"');
    forgetAllPending();
    expect([lossy.kept(), unattendedCalls()]).toEqual([undefined, []]);
  });

  it('is an ordinary error if the first attempt is rejected', async () => {
    lossy.weather = ['conflict'];
    await expect(settle('i').outcome).rejects.not.toBeInstanceOf(NotAppliedError);
    expect(lossy.kept() ?? '').not.toContain('"i"');
  });

  it('was applied if its entity has been deleted since', async () => {
    for (const [key, now] of [
      ['k', ['deleted since']],
      ['l', ['loses the answer', 'deleted since']],
    ] as const) {
      lossy.weather = [...now];
      const settled = await settle(key, { after: ['deleted since'] }).outcome;
      expect(settled).toEqual({ answer: undefined, applied: 'earlier', isDeletedSince: true });
      expect(settledText('Created', settled)).toContain('deleted it since');
    }
    expect(lossy.kept()).toBeUndefined();
  });

  it('stays unknown if its key was used for another call', async () => {
    lossy.weather = ['key reused'];
    await expect(settle('m', { isUncertain: true }).outcome).rejects.toThrow(StillUnknownError);
  });

  it('is not sent again once the API may have forgotten its key', async () => {
    lossy.weather = ['loses the request'];
    const pause = async () => void vi.setSystemTime(Date.now() + 24 * 3_600_000);
    await expect(settle('n', { pause }).outcome).rejects.toMatchObject({ name: 'StillUnknownError', canAsk: false });
    const before = lossy.attempts.length;
    const old = { ...call('n'), at: Date.now() - 24 * 3_600_000 };
    await expect(settleCall(lossy.api, old, { isUncertain: true })).rejects.toThrow(StillUnknownError);
    expect(lossy.attempts).toHaveLength(before);
    expect(unattendedCalls()).toMatchObject([{ key: 'n' }]);
  });
});

describe('a call that takes no key', () => {
  const keyless = (options?: SettleOptions) => settleCall(lossy.api, { ...call('o'), takesKey: false }, options);

  it('is sent once if its outcome is unknown, and is kept so that the user looks', async () => {
    lossy.weather = ['loses the answer', 'not found'];
    await expect(keyless()).rejects.toMatchObject({ name: 'StillUnknownError', canAsk: false });
    expect(lossy.attempts).toEqual([undefined]);
    expect(unattendedCalls()).toMatchObject([{ key: 'o', takesKey: false }]);
    await expect(keyless({ isUncertain: true })).rejects.toThrow(StillUnknownError);
    expect(lossy.applied.size).toBe(1);
  });

  it('is an ordinary error if it is rejected', async () => {
    lossy.weather = ['not found'];
    await expect(keyless()).rejects.toMatchObject({ data: { code: 'NOT_FOUND' } });
    expect(lossy.kept()).toBeUndefined();
  });
});
