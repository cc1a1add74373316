import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createApiClient } from '@aws-starter-kit/client';
import { createDynamoClient, ensureTable } from '@aws-starter-kit/dynamo';
import { startLocalDynamo } from '@aws-starter-kit/local-dynamo';
import { expect, it, onTestFinished } from 'vitest';
import { audience, runningIssuer } from '../../apps/api/test/running-issuer.js';
import { freePort } from '../../packages/local-dynamo/src/ports.js';
import type { Order, Received, Report } from './subscriber-process.js';

const subscribers = Number(process.env.SUBSCRIBERS || 1000);
const perCaller = 20;
const changes = 50;
const reads = 2000;
const main = fileURLToPath(new URL('../../apps/api/src/main.ts', import.meta.url));

it(`passes changes on to ${subscribers} subscribers of one process`, { timeout: 300_000 }, async () => {
  const engine = await startLocalDynamo();
  onTestFinished(() => engine.stop());
  const tableName = 'subscribers';
  const client = createDynamoClient({ endpoint: engine.endpoint });
  await ensureTable({ client, tableName, stream: true });
  const issuer = await runningIssuer();
  onTestFinished(() => issuer.stop());
  const { url, pid } = await startApi(engine.endpoint, tableName, issuer.issuer);
  const token = await issuer.token({ scope: 'users:admin' });
  const api = createApiClient({ url, token, retries: false });
  const { id } = await api.users.create.mutate({ email: 'ada@example.com', name: 'Ada' });
  const write = (n: number) => api.users.update.mutate({ id, data: { name: `Ada ${n}` } });

  const alone = await readLatencies(api, id, write);
  const before = residentBytes(pid);
  const callers = Array.from({ length: subscribers / perCaller }, (_, n) => `caller-${n}`);
  const tokens = await Promise.all(callers.map((sub) => issuer.token({ sub, scope: 'users:read' })));
  const { ask } = subscriberProcess();
  await ask({ subscribe: `${url}/trpc/users.changes`, tokens, each: perCaller });
  const perSubscriber = (residentBytes(pid) - before) / subscribers;

  const beside = await readLatencies(api, id, write);
  const writtenAt = new Map<number, number>();
  for (let n = 1; n <= changes; n++) {
    const { version } = await write(-n);
    writtenAt.set(version, Date.now());
    await sleep(100);
  }
  const got = async () => (await ask('report')) as Received[];
  const last = Math.max(...writtenAt.keys());
  await expect.poll(async () => (await got()).every(({ versions }) => versions.at(-1) === last)).toBe(true);
  const received = await got();
  expect(received).toHaveLength(subscribers);
  const all = received[0]?.versions ?? [];
  expect(all).toEqual(Array.from(all, (_, i) => last - all.length + 1 + i)); // each change once, in order
  for (const { versions, resets } of received) expect({ versions, resets }).toEqual({ versions: all, resets: 1 });
  const delays = received
    .flatMap(({ versions, at }) => versions.map((version, i) => (at[i] ?? 0) - (writtenAt.get(version) ?? Number.NaN)))
    .filter((ms) => !Number.isNaN(ms))
    .sort((a, b) => a - b);
  const shown = {
    subscribers,
    kilobytesPerSubscriber: Math.round(perSubscriber / 1024),
    delayMs: { p50: percentile(delays, 0.5), p99: percentile(delays, 0.99) },
    readsAlone: { p50: percentile(alone, 0.5), p99: percentile(alone, 0.99) },
    readsBesideSubscribers: { p50: percentile(beside, 0.5), p99: percentile(beside, 0.99) },
  };
  process.stdout.write(`live: ${JSON.stringify(shown)}\n`);
  expect(shown.kilobytesPerSubscriber).toBeLessThan(200);
  expect(shown.delayMs.p99).toBeLessThan(5000);
});

/** Returns the sorted latencies of reads while a user is updated ten times a second. */
async function readLatencies(
  api: ReturnType<typeof createApiClient>,
  id: string,
  write: (n: number) => Promise<unknown>,
): Promise<number[]> {
  let n = 0;
  const writes: Promise<unknown>[] = [];
  const writing = setInterval(() => writes.push(write(++n)), 100);
  const latencies: number[] = [];
  for (let read = 0; read < reads; read++) {
    const began = performance.now();
    await api.users.getById.query({ id });
    latencies.push(performance.now() - began);
  }
  clearInterval(writing);
  await Promise.all(writes);
  return latencies.sort((a, b) => a - b);
}

/** Starts the subscribers in their own process, so that their work does not delay the measured reads. */
function subscriberProcess() {
  const file = fileURLToPath(new URL('subscriber-process.ts', import.meta.url));
  const child = fork(file, { execArgv: ['--import', 'tsx'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return {
    ask: async (order: Order): Promise<Report> => {
      const answer = once(child, 'message');
      child.send(order);
      const [report] = await answer;
      return report;
    },
  };
}

async function startApi(endpoint: string, tableName: string, issuer: string): Promise<{ url: string; pid: number }> {
  const port = await freePort();
  const env = {
    ...process.env,
    ...{ PORT: String(port), AWS_ENDPOINT_URL: endpoint, DYNAMODB_TABLE: tableName, DYNAMODB_STREAM: 'on' },
    ...{ AUTH_ISSUER: issuer, AUTH_AUDIENCE: audience, RATE_LIMIT_PER_MINUTE: '0', LOG_LEVEL: 'ERROR' },
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
  const command = ['--conditions=@aws-starter-kit/source', '--import', 'tsx', main];
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'ignore', 'inherit'], env });
  onTestFinished(() => void child.kill('SIGKILL'));
  const url = `http://127.0.0.1:${port}`;
  await expect.poll(async () => (await fetch(`${url}/livez`).catch(() => undefined))?.ok).toBe(true);
  return { url, pid: child.pid ?? 0 };
}

const residentBytes = (pid: number) =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;

const percentile = (sorted: readonly number[], share: number) =>
  Math.round((sorted[Math.floor(sorted.length * share)] ?? 0) * 10) / 10;
