import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { fileURLToPath } from 'node:url';
import { createApiClient } from '@aws-starter-kit/client';
import { createDynamoClient, ensureTable } from '@aws-starter-kit/dynamo';
import { startLocalDynamo } from '@aws-starter-kit/local-dynamo';
import { expect, it, onTestFinished } from 'vitest';
import { audience, runningIssuer } from '../../apps/api/test/running-issuer.js';
import { freePort } from '../../packages/local-dynamo/src/ports.js';

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
  const agent = new Agent({ keepAlive: false });
  const got: Received[] = [];
  for (let caller = 0; caller * perCaller < subscribers; caller++) {
    const own = await issuer.token({ sub: `caller-${caller}`, scope: 'users:read' });
    const some = Array.from({ length: perCaller }, () => subscribe(`${url}/trpc/users.changes`, own, agent));
    got.push(...some);
    await expect.poll(() => some.every(({ resets }) => resets === 1)).toBe(true);
  }
  onTestFinished(() => agent.destroy());
  const perSubscriber = (residentBytes(pid) - before) / got.length;

  const writtenAt = new Map<number, number>();
  const first = (await api.users.getById.query({ id })).version;
  for (let n = 1; n <= changes; n++) {
    const { version } = await write(-n);
    writtenAt.set(version, performance.now());
  }
  const versions = [...writtenAt.keys()];
  await expect.poll(() => Math.min(...got.map((one) => one.versions.length)), { timeout: 20_000 }).toBe(changes);
  for (const one of got) expect(one.versions).toEqual(versions); // each change once, in order
  expect(versions[0]).toBe(first + 1);
  const delays = got
    .flatMap((one) => one.versions.map((version, i) => (one.at[i] ?? 0) - (writtenAt.get(version) ?? 0)))
    .sort((a, b) => a - b);
  const beside = await readLatencies(api, id, write);
  const shown = {
    subscribers: got.length,
    kilobytesPerSubscriber: Math.round(perSubscriber / 1024),
    delayMs: { p50: percentile(delays, 0.5), p99: percentile(delays, 0.99) },
    readsAlone: { p50: percentile(alone, 0.5), p99: percentile(alone, 0.99) },
    readsBesideSubscribers: { p50: percentile(beside, 0.5), p99: percentile(beside, 0.99) },
  };
  process.stdout.write(`live: ${JSON.stringify(shown)}\n`);
  expect(shown.kilobytesPerSubscriber).toBeLessThan(200);
  expect(shown.delayMs.p99).toBeLessThan(5000);
});

/** Latencies of reads, sorted, while a user is updated ten times a second. */
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

interface Received {
  resets: number;
  readonly versions: number[];
  /** The time of each event, by `performance.now()`. */
  readonly at: number[];
}

/** Subscribes with a plain request, and records the versions. This costs less than a client, and there are many. */
function subscribe(url: string, token: string, agent: Agent): Received {
  const received: Received = { resets: 0, versions: [], at: [] };
  const request = get(url, { agent, headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream' } });
  request.on('error', () => {}); // at the end
  request.on('response', (response) => {
    let rest = '';
    response.on('error', () => {});
    response.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line.includes('"type":"reset"')) received.resets++;
        const version = Number(/^data: .*"type":"updated".*?"version":(\d+)/.exec(line)?.[1]);
        if (!version) continue;
        received.versions.push(version);
        received.at.push(performance.now());
      }
    });
  });
  return received;
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
