import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';

export interface Load {
  path: string;
  headers?: Record<string, string>;
  perSecond: number;
  seconds: number;
}

export interface LoadResult {
  sent: number;
  /** Number of answers by status; `0`: the connection failed. */
  statuses: Record<number, number>;
  /** Answers with status 200 per second of sending. */
  goodPerSecond: number;
  /** Durations of served and of rejected requests, sorted. */
  servedMs: number[];
  rejectedMs: number[];
  withoutRetryAfter: number;
}

const tickMs = 5;

/** Sends requests at a fixed rate, independent of the answers, as the many callers of a real service do. */
export async function openLoop(url: string, { path, headers = {}, perSecond, seconds }: Load): Promise<LoadResult> {
  const pool = new Pool(url, { connections: null, pipelining: 1, headersTimeout: 30_000 });
  const result: LoadResult = {
    sent: 0,
    statuses: {},
    goodPerSecond: 0,
    servedMs: [],
    rejectedMs: [],
    withoutRetryAfter: 0,
  };
  const waiting = new Set<Promise<void>>();

  const send = async () => {
    const startedAt = performance.now();
    let status = 0;
    try {
      const answer = await pool.request({ method: 'GET', path, headers });
      await answer.body.dump();
      status = answer.statusCode;
      if (status === 503 && !answer.headers['retry-after']) result.withoutRetryAfter++;
    } catch {}
    result.statuses[status] = (result.statuses[status] ?? 0) + 1;
    const list = status === 200 ? result.servedMs : result.rejectedMs;
    list.push(performance.now() - startedAt);
  };

  const beganAt = performance.now();
  for (let passed = 0; passed < seconds; passed = (performance.now() - beganAt) / 1000) {
    while (result.sent < passed * perSecond) {
      result.sent++;
      const sent = send();
      waiting.add(sent);
      void sent.then(() => waiting.delete(sent));
    }
    await sleep(tickMs);
  }
  result.goodPerSecond = (result.statuses[200] ?? 0) / seconds;
  await Promise.all(waiting);
  await pool.destroy();
  result.servedMs.sort((a, b) => a - b);
  result.rejectedMs.sort((a, b) => a - b);
  return result;
}

/** Returns the value below which a share of a sorted list lies. */
export const percentile = (sorted: number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
