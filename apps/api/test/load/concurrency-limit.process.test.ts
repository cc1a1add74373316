import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { asAdmin } from '../local-tokens.js';
import { type RunningApi, runningApi } from '../running-api.js';

let api: RunningApi;
afterEach(() => api.stop());

/** The codes of a batch of calls that find no user. */
async function codesOf(path: string, inputs: object[]) {
  const response = await fetch(`${api.url}/trpc/${inputs.map(() => path).join(',')}?batch=1`, {
    method: 'POST',
    headers: { ...asAdmin, 'content-type': 'application/json' },
    body: JSON.stringify({ ...inputs }),
  });
  const answers = (await response.json()) as { error: { data: { code: string } } }[];
  return { response, codes: answers.map(({ error }) => error.data.code) };
}

describe('the concurrency limit', () => {
  it('runs calls one after another, and rejects a call at once if the queue is full', async () => {
    api = await runningApi({ maxConcurrentCalls: 1 });
    api.database.setRules([{ fault: 'latency', ms: 400 }]);
    const urlOf = (id: string) => `${api.url}/trpc/users.getById?input=${encodeURIComponent(JSON.stringify({ id }))}`;
    const answers: number[] = [];
    const ask = async (id: string) => answers.push((await fetch(urlOf(id), { headers: asAdmin })).status);
    const first = ask('a');
    const second = ask('b');
    await expect.poll(() => api.database.counts.GetItem).toBe(1);
    await sleep(0);
    const rejected = await fetch(urlOf('c'), { headers: asAdmin });
    expect(answers).toEqual([]); // the calls before it still wait for the database
    expect(rejected.status).toBe(503);
    expect(rejected.headers.get('retry-after')).toBe('1');
    expect(await rejected.json()).toMatchObject({ error: { data: { code: 'SERVICE_UNAVAILABLE' } } });
    expect((await fetch(`${api.url}/livez`)).status).toBe(200);
    await Promise.all([first, second]);
    expect(answers).toEqual([404, 404]);
    expect(api.database.counts.GetItem).toBe(2);
  });

  it('counts all reads by id of a batch as one', async () => {
    api = await runningApi({ maxConcurrentCalls: 1 });
    const { codes } = await codesOf('users.getById', Array(20).fill({ id: 'nobody' }));
    expect(new Set(codes)).toEqual(new Set(['NOT_FOUND']));
  });

  it('rejects the calls of a batch for which the queue is full, and runs the others', async () => {
    api = await runningApi({ maxConcurrentCalls: 4, maxConcurrentCallsPerCaller: 8 });
    const inputs = Array.from({ length: 20 }, (_, i) => ({ email: `${i}@example.com` }));
    const { response, codes } = await codesOf('users.getByEmail', inputs);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(codes.filter((code) => code === 'NOT_FOUND').length).toBeGreaterThanOrEqual(8);
    expect(new Set(codes)).toEqual(new Set(['NOT_FOUND', 'SERVICE_UNAVAILABLE']));
  });
});
