import { createDynamoClient, ensureTable } from '@aws-starter-kit/dynamo';
import { countingLogger } from './counting-logger.mjs';
import { engines } from './engines.mjs';
import { ShardedUserModel } from './sharded-users.mjs';

const users = 2000;
const walkedPages = 15;

/** Requests and units of a page in order of creation, and of a look-up by email, by the real code on a real engine. */
export async function measurePages({ shardCounts, limits }) {
  const engine = await engines.dynoxide();
  const client = createDynamoClient({ endpoint: engine.endpoint });
  const rows = [];
  try {
    for (const shards of shardCounts) {
      const tableName = `pages-${shards}`;
      const logger = countingLogger();
      await ensureTable({ client, tableName });
      const model = new ShardedUserModel({ client, tableName, logger }, shards);
      const list = Array.from({ length: users }, (_, i) => ({ email: `user-${i}@example.com`, name: `User ${i}` }));
      const { success, failed } = await model.batchCreate(list, { deadlineMs: 60_000 });
      if (failed.length > 0) throw failed[0].error;
      logger.take();
      for (const limit of limits) rows.push({ shards, limit, ...(await walk({ model, logger, limit, success })) });
      await model.getByEmail('user-7@example.com');
      rows.push({ shards, limit: 'a look-up', ...costPer(logger.take(), 1) });
    }
    return rows;
  } finally {
    await engine.stop();
  }
}

async function walk({ model, logger, limit, success }) {
  const expected = [...success].sort((a, b) => (a.createdAt + a.id < b.createdAt + b.id ? -1 : 1));
  let cursor;
  for (let page = 0; page < walkedPages; page++) {
    const found = await model.query({ index: 'GSI2', pk: 'USER', limit, cursor }, { deadlineMs: 60_000 });
    const wanted = expected.slice(page * limit, (page + 1) * limit);
    if (found.items.some(({ id }, i) => id !== wanted[i].id)) throw new Error(`Page ${page} of a walk differs`);
    cursor = found.cursor;
  }
  return costPer(logger.take(), walkedPages);
}

const costPer = ({ requests, capacityUnits }, calls) => ({
  requests: requests / calls,
  units: capacityUnits / calls,
});
