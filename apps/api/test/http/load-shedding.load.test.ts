import { createDynamoClient, ensureTable } from '@aws-starter-kit/dynamo';
import { type LocalDynamo, startLocalDynamo } from '@aws-starter-kit/local-dynamo';
import { UserModel, UserService } from '@aws-starter-kit/users';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiProcess, startApi } from '../api-process.js';
import { type DelayingProxy, delayingProxy } from '../delaying-proxy.js';
import { openLoop, percentile } from '../open-loop.js';

/** 16 calls at once, 100 ms each: the database serves 160 a second. */
const concurrent = 16;
const delayMs = 100;
const saturation = (concurrent * 1000) / delayMs;

describe('overload', () => {
  let engine: LocalDynamo;
  let proxy: DelayingProxy;
  let api: ApiProcess;
  let path: string;
  /**
   * Sends a multiple of the database's capacity, and `/livez` beside it: the quickest answer of the process at that
   * moment.
   */
  const load = async (times: number, seconds: number) => {
    const [calls, probes] = await Promise.all([
      openLoop(api.url, { path, headers: api.headers, perSecond: saturation * times, seconds }),
      openLoop(api.url, { path: '/livez', perSecond: 20, seconds }),
    ]);
    return { ...calls, livezMs: probes.servedMs };
  };
  beforeAll(async () => {
    engine = await startLocalDynamo();
    const options = { client: createDynamoClient({ endpoint: engine.endpoint }), tableName: 'overload' };
    await ensureTable(options);
    const users = new UserService({ model: new UserModel(options) });
    await users.createUser({ email: 'ada@example.com', name: 'Ada' });
    // by email: reads of one user by id would share their requests
    path = `/trpc/users.getByEmail?input=${encodeURIComponent(JSON.stringify({ email: 'ada@example.com' }))}`;
    proxy = await delayingProxy(engine.endpoint, delayMs);
    api = await startApi({
      AWS_ENDPOINT_URL: proxy.url,
      DYNAMODB_TABLE: options.tableName,
      MAX_CONCURRENT_CALLS: String(concurrent),
      MAX_CONCURRENT_CALLS_PER_CALLER: String(concurrent), // the load has one token, and stands for many callers
      RATE_LIMIT_PER_MINUTE: '0',
      DRAIN_MS: '0',
    });
    await load(0.5, 2); // warm-up
  });
  afterAll(async () => {
    api?.kill('SIGTERM');
    await api?.ended;
    proxy?.stop();
    await engine?.stop();
  });

  // retried, since other work on the machine can delay answers
  it.each([2, 5])(
    'at %d times saturation serves as many calls as it can and rejects the rest at once',
    { retry: 2 },
    async (times) => {
      const before = await load(1, 5);
      const { sent, statuses, goodPerSecond, servedMs, rejectedMs, livezMs, withoutRetryAfter } = await load(times, 8);
      let secondsToNormal = 0;
      let after = await load(0.5, 1);
      for (; Object.keys(after.statuses).join() !== '200' && secondsToNormal < 5; secondsToNormal++)
        after = await load(0.5, 1);
      const again = await load(1, 5);
      const peak = (before.goodPerSecond + again.goodPerSecond) / 2;
      const p = (list: number[], share: number) => Number(percentile(list, share).toFixed(1));
      const figures = {
        offeredPerSecond: sent / 8,
        peak,
        goodput: goodPerSecond / peak,
        servedMs: { p50: p(servedMs, 0.5), p99: p(servedMs, 0.99) },
        rejectedMs: { p50: p(rejectedMs, 0.5), p99: p(rejectedMs, 0.99) },
        livezMs: { p50: p(livezMs, 0.5), p99: p(livezMs, 0.99) },
        secondsToNormal,
        mostAtTheDatabase: proxy.most,
      };
      process.stdout.write(`overload ${times}x: ${JSON.stringify(figures)}\n`);
      expect(Object.keys(statuses)).toEqual(['200', '503']);
      expect(withoutRetryAfter).toBe(0);
      expect(proxy.most).toBeLessThanOrEqual(concurrent);
      expect(goodPerSecond).toBeGreaterThan(0.85 * peak);
      // beyond the delay that the machine adds to every answer
      expect(p(rejectedMs, 0.5)).toBeLessThan(p(livezMs, 0.5) + 20);
      expect(Object.keys(after.statuses)).toEqual(['200']);
    },
  );
});
