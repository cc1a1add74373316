import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { procedure, router } from '../../src/trpc/trpc.js';
import { asAdmin } from '../local-tokens.js';
import { type RunningApi, runningApi } from '../running-api.js';

describe('an API whose event loop', () => {
  let api: RunningApi;
  /** Calls that have started; they end when the test says so. */
  let calls: number;
  let answer: () => void;
  beforeEach(async () => {
    calls = 0;
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const wait = procedure.meta({ needs: 'users:read' }).query(async () => {
      calls++;
      await answered;
    });
    api = await runningApi({ maxConcurrentCalls: 1000, router: router({ wait }) });
  });
  afterEach(() => api.stop());
  const ask = () => fetch(`${api.url}/trpc/wait`, { headers: asAdmin });
  const statusesOf = async (all: Promise<Response>[]) => new Set((await Promise.all(all)).map(({ status }) => status));

  /** Keeps the event loop busy until told to stop. */
  async function exhaust(until: AbortSignal): Promise<void> {
    while (!until.aborted) {
      for (const began = performance.now(); performance.now() - began < 10; );
      await new Promise(setImmediate);
    }
  }

  /** Waits until the last sample of utilization, of 1 s, shows an idle event loop: it lies within the last 2 s. */
  async function loopIsIdle(): Promise<void> {
    let last: ReturnType<typeof performance.eventLoopUtilization> | undefined;
    const utilization = () => {
      const since = last;
      last = performance.eventLoopUtilization();
      return since ? performance.eventLoopUtilization(last, since).utilization : 1;
    };
    await expect.poll(utilization, { interval: 2000 }).toBeLessThan(0.4);
  }

  it('has no time left accepts 128 calls and rejects more at once, until it has time again', async () => {
    const accepted = Array.from({ length: 127 }, ask);
    await expect.poll(() => calls).toBe(127);
    const stop = new AbortController();
    const exhausted = exhaust(stop.signal);
    await sleep(2500); // utilization is sampled once a second
    accepted.push(ask()); // there is room for this one
    await expect.poll(() => calls).toBe(128);
    const rejected = await ask();
    expect([rejected.status, rejected.headers.get('retry-after'), calls]).toEqual([503, '1', 128]);
    stop.abort();
    await exhausted;
    answer();
    expect(await statusesOf(accepted)).toEqual(new Set([200]));
    await expect.poll(async () => (await ask()).status).toBe(200);
    const overloaded = () => api.lines.find(({ message }) => message.startsWith('Overloaded'));
    await expect.poll(overloaded).toMatchObject({ calls: expect.any(Number) });
  });

  it('has time accepts more', async () => {
    const accepted = Array.from({ length: 128 }, ask);
    await expect.poll(() => calls).toBe(128);
    await loopIsIdle(); // the burst may have left no time on a busy machine
    accepted.push(ask());
    await expect.poll(() => calls).toBe(129);
    answer();
    expect(await statusesOf(accepted)).toEqual(new Set([200]));
  });
});
