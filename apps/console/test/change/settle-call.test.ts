import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Api, createApi } from '../../src/api/client.js';
import { forgetAllPending, unattendedCalls } from '../../src/change/save/pending-calls.js';
import {
  NotAppliedError,
  type SettleOptions,
  StillUnknownError,
  settleCall,
} from '../../src/change/save/settle-call.js';

/** Loses answers, rejects, or applies each call once by its key, as the API does. */
type Weather = 'loses the request' | 'loses the answer' | 'works' | 'is busy' | 'conflict' | 'forbidden';

let server: Server;
let api: Api;
let weather: Weather[];
let attempts: string[];
let applied: Map<string, unknown>;
const storage = new Map<string, string>();

beforeEach(async () => {
  [weather, attempts, applied] = [[], [], new Map()];
  storage.clear();
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const [, key = ''] = /"([^"]*)"/.exec(String(request.headers['idempotency-key'])) ?? [];
    attempts.push(key);
    const now = weather.length > 1 ? weather.shift() : weather[0];
    const wasApplied = applied.has(key);
    if (now === 'loses the answer' || now === 'works') applied.set(key, JSON.parse(String(Buffer.concat(chunks)))['0']);
    if (now === 'loses the answer' || now === 'loses the request') {
      request.socket.destroy();
      return;
    }
    const data = now === 'works' ? undefined : rejections[now ?? 'conflict'];
    response.setHeader('content-type', 'application/json');
    if (wasApplied) response.setHeader('idempotency-replayed', 'true');
    response.statusCode = data?.httpStatus ?? 200;
    const body = data ? { error: { message: data.code, code: -32000, data } } : { result: { data: { id: 'u1' } } };
    response.end(JSON.stringify([body]));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  vi.stubGlobal('window', Object.assign(new EventTarget(), { location: { origin } }));
  vi.stubGlobal('sessionStorage', {
    getItem: (name: string) => storage.get(name) ?? null,
    setItem: (name: string, value: string) => storage.set(name, value),
    removeItem: (name: string) => storage.delete(name),
  });
  api = createApi({ token: async () => 'token', signIn: async () => {} });
});
afterEach(async () => {
  vi.unstubAllGlobals();
  server.closeAllConnections();
  await once(server.close(), 'close');
});

const rejections: Readonly<Record<string, { code: string; httpStatus: number; retryAfterSeconds?: number }>> = {
  'is busy': { code: 'SERVICE_UNAVAILABLE', httpStatus: 503, retryAfterSeconds: 7 },
  conflict: { code: 'CONFLICT', httpStatus: 409 },
  forbidden: { code: 'FORBIDDEN', httpStatus: 403 },
};
const call = (key: string) => ({
  key,
  path: 'users.create',
  input: { name: 'Ada' },
  title: 'Create Ada',
  entity: 'users',
  at: 0,
});
/** Goes on at once, and changes the weather after some pauses. */
const settle = (key: string, { after = ['works'], ...options }: SettleOptions & { after?: Weather[] } = {}) => {
  const pauses: number[] = [];
  const pause = async (ms: number) => {
    if (pauses.push(ms) === 2) weather = after;
  };
  return { pauses, outcome: settleCall(api, call(key), { deadlineMs: 600, pause, ...options }) };
};
const kept = () => storage.get('console.pending-calls');

describe('a call with an unknown outcome', () => {
  it('is settled at once if the API answers', async () => {
    weather = ['works'];
    await expect(settle('a', { deadlineMs: 10_000 }).outcome).resolves.toEqual({
      answer: { id: 'u1' },
      applied: 'at once',
    });
    expect(kept()).toBeUndefined();
  });

  it('is kept while it is under way', async () => {
    weather = ['loses the answer'];
    const { outcome } = settle('b', { onUncertain: () => expect(kept()).toContain('"key":"b"') });
    await outcome;
    expect(kept()).toBeUndefined();
    expect(unattendedCalls()).toEqual([]);
  });

  it('is sent with the same key until it is known that an earlier attempt was applied', async () => {
    weather = ['loses the answer'];
    await expect(settle('c').outcome).resolves.toMatchObject({ applied: 'earlier' });
    expect(new Set(attempts)).toEqual(new Set(['c']));
    expect([...applied]).toEqual([['c', { name: 'Ada' }]]);
  });

  it('is applied by a later attempt if none was before', async () => {
    weather = ['loses the request'];
    await expect(settle('d').outcome).resolves.toMatchObject({ applied: 'now' });
    expect(new Set(attempts)).toEqual(new Set(['d']));
  });

  it('was not applied if the write rejects it', async () => {
    weather = ['loses the request'];
    await expect(settle('e', { after: ['conflict'] }).outcome).rejects.toThrow(NotAppliedError);
    expect(kept()).toBeUndefined();
  });

  it('stays unknown, and is kept, if the API rejects it before its write', async () => {
    weather = ['loses the answer'];
    await expect(settle('f', { after: ['forbidden'] }).outcome).rejects.toThrow(StillUnknownError);
    expect(unattendedCalls()).toMatchObject([{ key: 'f', input: { name: 'Ada' } }]);
    weather = ['works'];
    await expect(settle('f', { isUncertain: true }).outcome).resolves.toMatchObject({ applied: 'earlier' });
    expect(unattendedCalls()).toEqual([]);
  });

  it('waits as long as a busy API asks for', async () => {
    weather = ['is busy'];
    const { pauses, outcome } = settle('g', { isUncertain: true });
    await outcome;
    expect(pauses).toContain(7_000);
  });

  it('is kept if the user stops to ask', async () => {
    weather = ['loses the request'];
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
    weather = ['forbidden'];
    await expect(settle('j', { isUncertain: true }).outcome).rejects.toThrow(StillUnknownError);
    expect(kept()).toContain('"j"');
    forgetAllPending();
    expect([kept(), unattendedCalls()]).toEqual([undefined, []]);
  });

  it('is an ordinary error if the first attempt is rejected', async () => {
    weather = ['conflict'];
    await expect(settle('i', { deadlineMs: 10_000 }).outcome).rejects.not.toBeInstanceOf(NotAppliedError);
    expect(kept() ?? '').not.toContain('"i"');
  });
});
