import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDynamoClient, ensureTable } from '@aws-starter-kit/dynamo';
import { startLocalDynamo } from '@aws-starter-kit/local-dynamo';
import { expect, it } from 'vitest';
import { startApi } from '../api-process.js';
import { openLoop, percentile } from '../open-loop.js';

const slowSockets = 300;
const perSecond = 60;

/** Each sends a byte a second of a request that never ends. */
const endless = [
  'GET /trpc/users.count HTTP/1.1\r\nHost: x\r\nX-Slow: ',
  'POST /trpc/users.create HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{"email":"',
  'POST /trpc/users.create HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nfff\r\n{',
  '',
];

it('closes the sockets of slow clients within 20 s, and serves the others as before', async () => {
  const engine = await startLocalDynamo();
  await ensureTable({ client: createDynamoClient({ endpoint: engine.endpoint }), tableName: 'slow' });
  const api = await startApi({
    AWS_ENDPOINT_URL: engine.endpoint,
    DYNAMODB_TABLE: 'slow',
    RATE_LIMIT_PER_MINUTE: '0',
    DRAIN_MS: '0',
  });
  const path = `/trpc/users.getByEmail?input=${encodeURIComponent('{"email":"nobody@example.com"}')}`;
  const traffic = async () => {
    const { statuses, rejectedMs } = await openLoop(api.url, { path, headers: api.headers, perSecond, seconds: 15 });
    // all answers are NOT_FOUND
    return { statuses, p50: percentile(rejectedMs, 0.5), p99: percentile(rejectedMs, 0.99) };
  };
  try {
    await traffic();
    const alone = await traffic();

    const openedAt = performance.now();
    const lifetimes: number[] = [];
    const open = (text: string, i: number): Promise<void> =>
      new Promise((resolve) => {
        const socket: Socket = connect(Number(new URL(api.url).port), '127.0.0.1', () => {
          const authorized = text.replace('Host: x', `Host: x\r\nAuthorization: ${api.headers.authorization}`);
          if (text !== '') socket.write(i % 2 ? authorized : text);
        });
        const drip = setInterval(() => text !== '' && socket.write('a'), 1000);
        socket.resume().on('error', () => {});
        socket.on('close', () => {
          clearInterval(drip);
          lifetimes.push(performance.now() - openedAt);
          resolve();
        });
      });
    const closed = Array.from({ length: slowSockets }, (_, i) => open(endless[i % endless.length] ?? '', i));
    const beside = await traffic();
    await Promise.race([Promise.all(closed), sleep(20_000)]);

    const figures = {
      alone,
      beside,
      slowSockets,
      closed: lifetimes.length,
      longestMs: Math.round(Math.max(...lifetimes)),
    };
    process.stdout.write(`slow clients: ${JSON.stringify(figures)}\n`);
    expect(lifetimes).toHaveLength(slowSockets);
    expect(Math.max(...lifetimes)).toBeLessThan(20_000);
    expect(Object.keys(alone.statuses)).toEqual(['404']);
    expect(Object.keys(beside.statuses)).toEqual(['404']);
    expect(beside.p50).toBeLessThan(2 * alone.p50 + 5); // p99 is only printed: it includes other work on the machine
  } finally {
    api.kill('SIGTERM');
    await api.ended;
    await engine.stop();
  }
});
