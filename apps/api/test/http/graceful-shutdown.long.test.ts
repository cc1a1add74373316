import { setTimeout as sleep } from 'node:timers/promises';
import { createDynamoClient, ensureTable } from '@aws-starter-kit/dynamo';
import { type LocalDynamo, startLocalDynamo } from '@aws-starter-kit/local-dynamo';
import { UserModel, UserService } from '@aws-starter-kit/users';
import { Client } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiProcess, startApi } from '../api-process.js';
import { type DelayingProxy, delayingProxy } from '../delaying-proxy.js';

/** More by hand: `SHUTDOWNS=100`. */
const shutdowns = Number(process.env.SHUTDOWNS || 12);
const atOnce = 4;
const connections = 12;

describe('SIGTERM under load', () => {
  let engine: LocalDynamo;
  let proxy: DelayingProxy;
  let id: string;
  const tableName = 'shutdown';
  beforeAll(async () => {
    engine = await startLocalDynamo();
    const options = { client: createDynamoClient({ endpoint: engine.endpoint }), tableName };
    await ensureTable(options);
    ({ id } = await new UserService({ model: new UserModel(options) }).createUser({
      email: 'a@example.com',
      name: 'A',
    }));
    proxy = await delayingProxy(engine.endpoint, 30);
  });
  afterAll(async () => {
    proxy?.stop();
    await engine?.stop();
  });

  /** Calls over one keep-alive connection, as a load balancer does, until an answer is marked as the last. */
  async function callUntilClosed({ url, headers }: ApiProcess, tally: { answered: number; failed: string[] }) {
    const client = new Client(url, { pipelining: 1 });
    const path = `/trpc/users.getById?input=${encodeURIComponent(JSON.stringify({ id }))}`;
    for (let isLast = false; !isLast; ) {
      try {
        const { statusCode, headers: answerHeaders, body } = await client.request({ method: 'GET', path, headers });
        const text = await body.text();
        if (statusCode === 200 && JSON.parse(text).result.data.id === id) tally.answered++;
        else tally.failed.push(`${statusCode} ${text}`);
        isLast = answerHeaders.connection === 'close';
      } catch (error) {
        tally.failed.push(String(error));
        isLast = true;
      }
    }
    await client.destroy();
  }

  async function shutDown() {
    const api = await startApi({
      AWS_ENDPOINT_URL: proxy.url,
      DYNAMODB_TABLE: tableName,
      RATE_LIMIT_PER_MINUTE: '0',
    });
    const tally = { answered: 0, failed: [] as string[] };
    const calls = Array.from({ length: connections }, () => callUntilClosed(api, tally));
    const target = 5 + Math.random() * 200;
    while (tally.answered < target && tally.failed.length === 0) await sleep(1);
    const startedAt = performance.now();
    api.kill('SIGTERM');
    const notReady = fetch(`${api.url}/readyz`).then(({ status }) => status);
    const { code, signal } = await api.ended;
    const tookMs = performance.now() - startedAt;
    await Promise.all(calls);
    return { ...tally, tookMs, end: code ?? signal, readyz: await notReady.catch(() => 0) };
  }

  it(`${shutdowns} times: every accepted request is answered, and the process ends by itself`, async () => {
    const runs: Awaited<ReturnType<typeof shutDown>>[] = [];
    let left = shutdowns;
    const worker = async () => {
      while (left-- > 0) runs.push(await shutDown());
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    const tookMs = runs.map((run) => run.tookMs).sort((a, b) => a - b);
    const figures = {
      shutdowns: runs.length,
      answered: runs.reduce((sum, { answered }) => sum + answered, 0),
      failed: runs.flatMap(({ failed }) => failed).length,
      tookMs: { median: Math.round(tookMs[shutdowns >> 1] ?? 0), most: Math.round(tookMs.at(-1) ?? 0) },
    };
    process.stdout.write(`shutdown: ${JSON.stringify(figures)}\n`);
    expect(runs.flatMap(({ failed }) => failed)).toEqual([]);
    expect(new Set(runs.map(({ end }) => end))).toEqual(new Set([0]));
    expect(runs.map(({ readyz }) => readyz)).toContain(503);
    expect(Math.max(...tookMs)).toBeLessThan(10_000);
  }, 900_000);
});
