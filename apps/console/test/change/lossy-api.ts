import { afterEach, beforeEach, vi } from 'vitest';
import { type Api, createApi } from '../../src/api/client.js';
import { forgetAllPending } from '../../src/change/save/pending-calls.js';

/** Loses answers, rejects, or applies each call once by its key, as the API does. */
export type Weather =
  | 'loses the request'
  | 'loses the answer'
  | 'works'
  | 'is busy'
  | 'conflict'
  | 'not found'
  | 'forbidden'
  | 'deleted since'
  | 'key reused';

const rejections: Readonly<
  Record<string, { code: string; httpStatus: number; retryAfterSeconds?: number; reason?: string }>
> = {
  'is busy': { code: 'SERVICE_UNAVAILABLE', httpStatus: 503, retryAfterSeconds: 7 },
  conflict: { code: 'CONFLICT', httpStatus: 409 },
  'not found': { code: 'NOT_FOUND', httpStatus: 404 },
  'deleted since': { code: 'NOT_FOUND', httpStatus: 404, reason: 'DELETED_SINCE' },
  'key reused': { code: 'UNPROCESSABLE_CONTENT', httpStatus: 422, reason: 'KEY_REUSED' },
  forbidden: { code: 'FORBIDDEN', httpStatus: 403 },
};

/** The API of a test, and what it has got. */
interface LossyApi {
  api: Api;
  /** What happens to the next attempts; the last of them to all after. */
  weather: Weather[];
  /** The keys of all attempts. */
  attempts: (string | undefined)[];
  applied: Map<string, unknown>;
  /** Returns the calls that the tab keeps. */
  readonly kept: () => string | undefined;
}
const storage = new Map<string, string>();
const lossy: LossyApi = {
  api: undefined as never,
  weather: [],
  attempts: [],
  applied: new Map(),
  kept: () => storage.get('console.pending-calls'),
};

/** The API in this process: with sockets, the deadlines of a busy machine would decide the outcome. */
async function answer(_: unknown, init: RequestInit = {}): Promise<Response> {
  const key = /"([^"]*)"/.exec(new Headers(init.headers).get('idempotency-key') ?? '')?.[1];
  lossy.attempts.push(key);
  const once = key ?? `${lossy.attempts.length}`; // without a key, each attempt is applied
  const now = (lossy.weather.length > 1 ? lossy.weather.shift() : lossy.weather[0]) ?? 'works';
  const wasApplied = lossy.applied.has(once);
  if (now === 'loses the answer' || now === 'works') lossy.applied.set(once, JSON.parse(String(init.body))['0']);
  if (now === 'loses the answer' || now === 'loses the request') throw new TypeError('fetch failed');
  const data = rejections[now];
  const body = data ? { error: { message: data.code, code: -32000, data } } : { result: { data: { id: 'u1' } } };
  return new Response(JSON.stringify([body]), {
    status: data?.httpStatus ?? 200,
    headers: { 'content-type': 'application/json', ...(wasApplied && { 'idempotency-replayed': 'true' }) },
  });
}

/** Starts an API before each test, with a clock that goes on by itself as far as the next timer. */
export function lossyApi(): LossyApi {
  beforeEach(() => {
    Object.assign(lossy, { weather: ['works'], attempts: [], applied: new Map() });
    storage.clear();
    vi.useFakeTimers({ now: Date.UTC(2026, 0, 1) });
    vi.setTimerTickMode('nextTimerAsync');
    vi.stubGlobal('fetch', answer);
    vi.stubGlobal('window', Object.assign(new EventTarget(), { location: { origin: 'https://api.example.com' } }));
    vi.stubGlobal('sessionStorage', {
      getItem: (name: string) => storage.get(name) ?? null,
      setItem: (name: string, value: string) => storage.set(name, value),
      removeItem: (name: string) => storage.delete(name),
    });
    forgetAllPending();
    lossy.api = createApi({ token: async () => 'token', signIn: async () => {} });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });
  return lossy;
}
