import { createDynamoClient, ensureTable } from '@aws-starter-kit/dynamo';
import { UserModel, UserService } from '@aws-starter-kit/users';
import { engines } from './engines.mjs';
import { calls } from './far-calls.mjs';
import { startDelayingProxy } from './far-proxy.mjs';
import { median, quantile } from './statistics.mjs';

/** Calls in flight while throughput is measured. */
export const callsAtOnce = 64;
const usersInTable = 500;
const TableName = 'far';
const patience = { deadlineMs: 60_000 };

/** Runs `work` with a table that is some milliseconds away. Its engine is fresh, because it slows down with each transaction that it has seen. */
export async function withFarTable(delayMs, work) {
  const engine = await engines.dynoxide();
  const proxy = await startDelayingProxy(engine.endpoint, delayMs);
  try {
    const direct = createDynamoClient({ endpoint: engine.endpoint });
    await ensureTable({ client: direct, tableName: TableName });
    return await work({ proxy, direct, TableName });
  } finally {
    proxy.stop();
    await engine.stop();
  }
}

/**
 * Measures each call: its time in milliseconds, one call at a time; its requests and round trips, as the proxy counts them; and the calls per second
 * with `callsAtOnce` in flight.
 * @returns {Promise<{ name: string, requests: number, roundTrips: number, delayMs: number, ms: object, handMs?: number, perSecond?: number }[]>}
 */
export const measureFarCalls = (delayMs, scale) =>
  withFarTable(delayMs, async ({ proxy, direct }) => {
    const near = new UserService({ model: new UserModel({ client: direct, tableName: TableName }) });
    const client = createDynamoClient({ endpoint: proxy.endpoint });
    const model = new UserModel({ client, tableName: TableName });
    const list = Array.from({ length: usersInTable }, (_, i) => ({ email: `u${i}@example.com`, name: 'User' }));
    const { success: users } = await near.createUsers(list, patience);
    const world = { near, model, service: new UserService({ model }), hand: client, TableName, users };
    const rows = [];
    for (const [name, call] of Object.entries(calls))
      rows.push({ name, ...(await measure(world, proxy, call, scale)) });
    return rows;
  });

async function measure(world, proxy, { inputs, run, byHand, isBatch = false }, scale) {
  const n = Math.max(5, Math.round((isBatch ? 25 : 100) * scale));
  const warmUp = Math.max(2, Math.round(n / 5));
  const times = [];
  const passed = [];
  for (const [i, input] of (await inputs(world, n + warmUp)).entries()) {
    await proxy.take();
    const began = performance.now();
    await run(world, input);
    if (i >= warmUp) times.push(performance.now() - began);
    passed.push(await proxy.take());
  }
  const handTimes = [];
  for (const [i, input] of byHand ? (await inputs(world, n + warmUp)).entries() : []) {
    const began = performance.now();
    await byHand(world, input);
    if (i >= warmUp) handTimes.push(performance.now() - began);
  }
  return {
    requests: median(passed.map(({ requests }) => requests)),
    roundTrips: median(passed.map(({ roundTrips }) => roundTrips)),
    delayMs: median(passed.map(({ delayMs }) => delayMs)),
    ms: { median: median(times), p99: quantile(times, 0.99) },
    ...(byHand && { handMs: median(handTimes) }),
    ...(!isBatch && { perSecond: await throughput(world, { inputs, run }, Math.max(callsAtOnce, 640 * scale)) }),
  };
}

async function throughput(world, { inputs, run }, count) {
  const list = await inputs(world, Math.round(count));
  let next = 0;
  const lane = async () => {
    while (next < list.length) await run(world, list[next++]);
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: callsAtOnce }, lane));
  return (list.length * 1000) / (performance.now() - began);
}

/** Measures reads per second with twice as many calls at once as there are sockets. */
export const measureSockets = (delayMs, numbersOfSockets, scale) =>
  withFarTable(delayMs, async ({ proxy, direct }) => {
    const near = new UserService({ model: new UserModel({ client: direct, tableName: TableName }) });
    const { id } = await near.createUser({ email: 'u@example.com', name: 'User' });
    const rows = [];
    for (const maxSockets of numbersOfSockets) {
      const client = createDynamoClient({ endpoint: proxy.endpoint, maxSockets });
      const model = new UserModel({ client, tableName: TableName });
      const read = async () => {
        if (!(await model.getById(id, patience))) throw new Error('A user is missing');
      };
      const lanes = (count) =>
        Promise.all(
          Array.from({ length: 2 * maxSockets }, async () => {
            for (let i = 0; i < count; i++) await read();
          }),
        );
      await lanes(2); // opens the sockets
      await proxy.take();
      const rounds = Math.max(2, Math.round((4000 * scale) / maxSockets / 2));
      const began = performance.now();
      await lanes(rounds);
      const perSecond = (2 * maxSockets * rounds * 1000) / (performance.now() - began);
      rows.push({ maxSockets, perSecond, bound: (maxSockets * 1000) / (await proxy.take()).delayMs });
    }
    return rows;
  });
