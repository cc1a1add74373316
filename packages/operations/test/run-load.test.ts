import { TRPCClientError } from '@trpc/client';
import { describe, expect, it } from 'vitest';
import { type LoadOptions, runLoad } from '../src/run-load.js';
import { checkTarget } from '../src/target.js';

const getById = (run: (signal: AbortSignal) => Promise<unknown>) => ({
  next: () => ({ name: 'users.getById' as const, run }),
});
const load = (run: (signal: AbortSignal) => Promise<unknown>, more: Partial<LoadOptions> = {}) =>
  runLoad({ workload: getById(run), perSecond: 1000, durationMs: 60_000, maxCalls: 100, ...more });

describe('a load test', () => {
  it('makes calls at its rate even if no call ends', async () => {
    let begun = 0;
    const all = deferred();
    const report = await load(
      () => {
        if (++begun === 50) all.resolve(undefined);
        return all.promise;
      },
      { maxCalls: 50 },
    );
    expect(report).toMatchObject({ sent: 50, notSent: 0, stoppedBy: 'max-calls', errors: {} });
  });

  it('measures the latency from the time at which a call was due, so that a stall is not hidden', async () => {
    let isStalled = false;
    const report = await load(async () => {
      if (isStalled) return;
      isStalled = true;
      const until = performance.now() + 200;
      while (performance.now() < until); // nothing else can begin meanwhile
    });
    const [{ calls, p50, max } = { calls: 0, p50: 0, max: 0 }] = report.statistics;
    expect(calls).toBe(100);
    expect(max).toBeGreaterThanOrEqual(200);
    expect(p50).toBeGreaterThan(50); // those that were due during the stall have waited
  });

  it('does not exceed the maximum in flight, and reports the calls that were not sent', async () => {
    const end = deferred();
    let due = 0;
    const next = () => {
      if (++due === 6) end.resolve();
      return { name: 'users.getById' as const, run: () => end.promise };
    };
    const report = await load(async () => {}, { maxInFlight: 3, durationMs: 20, workload: { next } });
    expect(report.sent + report.notSent).toBe(21);
    expect(report.notSent).toBeGreaterThanOrEqual(3);
  });

  it('stops before its calls cost more than its budget', async () => {
    const units = { 'users.getById': { read: 2, write: 1 } };
    const report = await load(async () => {}, { units, maxUnits: 10 });
    expect(report).toMatchObject({ sent: 3, estimatedUnits: 9, stoppedBy: 'max-units' });
  });

  it('counts errors by code and reason, and calls without an answer', async () => {
    const errors = [
      new TRPCClientError('x', {
        result: { error: { code: -1, message: 'x', data: { code: 'CONFLICT', reason: 'EMAIL_TAKEN' } } },
      }),
      new TRPCClientError('x', { result: { error: { code: -1, message: 'x', data: { code: 'TIMEOUT' } } } }),
      TRPCClientError.from(new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } })),
    ];
    let at = 0;
    const report = await load(() => Promise.reject(errors[at++]), { maxCalls: 3 });
    expect(report.errors).toEqual({ 'CONFLICT EMAIL_TAKEN': 1, TIMEOUT: 1, 'no answer (ECONNREFUSED)': 1 });
    expect(report.statistics.at(-1)).toMatchObject({ name: 'all', calls: 3, errors: 3 });
  });

  it('ends when it is interrupted', async () => {
    const interrupted = new AbortController();
    const report = await load(async () => interrupted.abort(), { signal: interrupted.signal });
    expect(report.stoppedBy).toBe('signal');
    expect(report.sent).toBeLessThan(100);
  });
});

describe('the target of a load test', () => {
  it.each([
    ['http://127.0.0.1:3000/trpc/', 'http://127.0.0.1:3000'],
    ['https://api.staging.example.com', 'https://api.staging.example.com'],
    ['https://abc.lambda-url.eu-west-1.on.aws/dev', 'https://abc.lambda-url.eu-west-1.on.aws/dev'],
    ['https://api-test2.example.com/', 'https://api-test2.example.com'],
  ])('may be %s', (url, base) => {
    expect(checkTarget(url, false)).toBe(base);
  });

  it.each([
    ['https://api.example.com', 'api.example.com does not look like a stage for tests'],
    ['https://api.acme.dev', 'api.acme.dev does not look like a stage for tests'],
    ['https://acme.dev/', 'acme.dev does not look like a stage for tests'],
    ['https://api-prod.test.example.com', 'api-prod.test.example.com does not look like a stage for tests'],
    ['https://contest.example.com', 'contest.example.com does not look like a stage for tests'],
    ['http://api.staging.example.com', 'http://api.staging.example.com is plain http beyond this machine'],
    ['ftp://x', '--url holds "ftp://x"; it takes a URL'],
  ])('may not be %s', (url, message) => {
    expect(() => checkTarget(url, false)).toThrow(message);
  });

  it('may be any https URL if it is confirmed', () => {
    expect(checkTarget('https://api.example.com', true)).toBe('https://api.example.com');
    expect(() => checkTarget('http://api.example.com', true)).toThrow('plain http');
  });
});

function deferred() {
  let resolve: (value?: unknown) => void = () => {};
  const promise = new Promise((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
