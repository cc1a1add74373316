import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createDynamoClient, ensureTable } from '@aws-starter-kit/dynamo';
import { engines } from './engines.mjs';
import { ShardedUserModel } from './sharded-users.mjs';
import { quantile } from './statistics.mjs';

const seconds = 15;
const processes = 2;

/**
 * Sign-ups by the real code: processes with a UserService each call createUser, at a rate and not one after the other,
 * through a proxy that throttles each partition of the table and its indexes, before a real engine. Throws where a
 * sign-up that was acknowledged is not in both indexes, once.
 * @param scale partitions accept this part of DynamoDB's limits, since the machine can send no more than a part of the
 * requests
 */
export async function measureSignUps({ shards, perSecond, scale }) {
  const engine = await engines.dynoxide();
  const proxy = await startProxy(engine.endpoint, {
    writeUnits: 1000 / scale,
    readUnits: 3000 / scale,
    burstSeconds: 1,
  });
  try {
    const tableName = 'sign-ups';
    const client = createDynamoClient({ endpoint: engine.endpoint });
    await ensureTable({ client, tableName });
    const each = { shards, tableName, endpoint: proxy.endpoint, perSecond: perSecond / processes, seconds };
    const outcomes = await Promise.all(Array.from({ length: processes }, (_, i) => runWorker({ ...each, worker: i })));
    const ids = outcomes.flatMap(({ stored }) => stored.map(([id]) => id));
    const sum = (name) => outcomes.reduce((total, one) => total + one[name], 0);
    const requested = sum('requested');
    await rejectLost({ model: new ShardedUserModel({ client, tableName }, shards), ids, unknown: sum('unknown') });
    const waitedMs = outcomes.flatMap(({ stored }) => stored.map(([, ms]) => ms));
    return {
      ...{ shards, perSecond, scale, seconds, processes, requested },
      storedPerSecond: ids.length / seconds,
      rejectedShare: sum('throttled') / requested,
      late: sum('late'),
      unknown: sum('unknown'),
      waitedMs: { median: quantile(waitedMs, 0.5), p99: quantile(waitedMs, 0.99) },
      throttledRequests: (await proxy.take()).throttled,
    };
  } finally {
    proxy.stop();
    await engine.stop();
  }
}

/** Starts a proxy in front of an engine, in a process of its own. */
export async function startProxy(endpoint, limits) {
  const child = fork(fileURLToPath(new URL('sharding-proxy.mjs', import.meta.url)), [], { execArgv: [] });
  child.send({ endpoint, limits });
  const [started] = await once(child, 'message');
  return {
    endpoint: started.endpoint,
    async take() {
      child.send({ take: true });
      const [counted] = await once(child, 'message');
      if (counted.uncounted > 0) throw new Error(`${counted.uncounted} writes passed the proxy without being counted`);
      return counted;
    },
    stop: () => child.disconnect(),
  };
}

async function runWorker(settings) {
  const child = fork(fileURLToPath(new URL('sharding-worker.mjs', import.meta.url)), [], { execArgv: [] });
  child.send(settings);
  const failed = once(child, 'exit').then(() => {
    throw new Error('A process that signs users up has ended early');
  });
  const [outcome] = await Promise.race([once(child, 'message'), failed]);
  failed.catch(() => {}); // it is to end now
  child.disconnect();
  return outcome;
}

/** Each sign-up that was acknowledged is in each index, once. */
async function rejectLost({ model, ids, unknown }) {
  for (const index of ['GSI1', 'GSI2']) {
    const found = new Map();
    for await (const page of model.queryPages({ index, pk: 'USER' }, { deadlineMs: 60_000 })) {
      for (const { id } of page) found.set(id, (found.get(id) ?? 0) + 1);
    }
    const lost = ids.filter((id) => found.get(id) !== 1);
    const surplus = found.size - ids.length;
    if (lost.length > 0) throw new Error(`${lost.length} of ${ids.length} sign-ups are not in ${index} once`);
    if (surplus < 0 || surplus > unknown) throw new Error(`${surplus} sign-ups in ${index} that nobody acknowledged`);
  }
}
