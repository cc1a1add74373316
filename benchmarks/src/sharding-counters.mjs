import { createDynamoClient, DynamoModel, ensureTable, shardedCounter } from '@aws-starter-kit/dynamo';
import { engines } from './engines.mjs';
import { startProxy } from './sharding-signups.mjs';
import { quantile } from './statistics.mjs';

const seconds = 15;

class PostModel extends DynamoModel {
  constructor(options, shards) {
    super(options);
    this.likes = shardedCounter(this, 'likes', { shards });
  }
  getEntityName() {
    return 'Post';
  }
  generateId() {
    return 'hot';
  }
  setGSIKeys() {}
}

/**
 * Adds to one counter by the real code, at a fixed rate, through a proxy that throttles each item.
 * @throws Error unless the sum is that of the acknowledged adds, plus at most those of unknown outcome
 */
export async function measureCounter({ shards, perSecond, scale }) {
  const engine = await engines.dynoxide();
  const proxy = await startProxy(engine.endpoint, {
    writeUnits: 1000 / scale,
    readUnits: 3000 / scale,
    burstSeconds: 1,
  });
  try {
    const tableName = 'likes';
    const honest = createDynamoClient({ endpoint: engine.endpoint });
    await ensureTable({ client: honest, tableName });
    const { likes } = new PostModel({ client: createDynamoClient({ endpoint: proxy.endpoint }), tableName }, shards);
    await likes.get('warm-up', { deadlineMs: 60_000 });
    const outcomes = { acknowledged: 0, throttled: 0, unknown: 0, late: 0 };
    const waitedMs = [];
    const add = async () => {
      const at = performance.now();
      try {
        await likes.add('hot');
        outcomes.acknowledged++;
        waitedMs.push(performance.now() - at);
      } catch (error) {
        outcomes[{ ThrottledError: 'throttled', WriteOutcomeUnknownError: 'unknown' }[error.name] ?? 'late']++;
      }
    };
    const calls = [];
    const began = performance.now();
    for (let elapsed = 0; elapsed < seconds * 1000; elapsed = performance.now() - began) {
      while (calls.length < (elapsed / 1000) * perSecond) calls.push(add());
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await Promise.all(calls);
    const sum = await new PostModel({ client: honest, tableName }, shards).likes.get('hot', { consistent: true });
    const { acknowledged, unknown } = outcomes;
    if (sum < acknowledged || sum > acknowledged + unknown)
      throw new Error(`The counter has ${sum}, of ${acknowledged} adds that were acknowledged and ${unknown} in doubt`);
    return {
      ...{ shards, perSecond, scale, seconds, requested: calls.length, ...outcomes },
      addedPerSecond: acknowledged / seconds,
      waitedMs: { median: quantile(waitedMs, 0.5), p99: quantile(waitedMs, 0.99) },
    };
  } finally {
    proxy.stop();
    await engine.stop();
  }
}
