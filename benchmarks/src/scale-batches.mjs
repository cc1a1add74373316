import { UserModel, UserService } from '@aws-starter-kit/users';
import { countingLogger } from './counting-logger.mjs';
import { userItems } from './scale-data.mjs';
import { spread } from './statistics.mjs';

let serial = 1_000_000_000; // past the users that fill the table
const numbers = (count) => {
  serial += count;
  return serial - count;
};

async function timed(work) {
  const began = performance.now();
  const result = await work();
  return { ms: performance.now() - began, result };
}

/** Bulk create and batch delete beside BatchWriteItem, in turns: each round has one of each, the order changes from round to round. */
export async function measureBatches({ service, raw }, { count, rounds }) {
  const samples = { create: [], delete: [] };
  for (let round = -1; round < rounds; round++) {
    const size = round < 0 ? Math.min(count, 250) : count; // the first only warms up
    const ours = { from: numbers(size) };
    const theirs = userItems(numbers(size), size);
    const creates = [
      async () => {
        const users = Array.from({ length: size }, (_, i) => ({
          email: `user${ours.from + i}@example.com`,
          name: 'New',
        }));
        const { ms, result } = await timed(() => service.createUsers(users));
        expectAll('createUsers', result.success, size);
        ours.ids = result.success.map(({ id }) => id);
        return ['ours', ms];
      },
      async () => ['raw', (await timed(() => raw.put(theirs.map(({ user }) => user)))).ms],
    ];
    const deletes = [
      async () => {
        const { ms, result } = await timed(() => service.batchDeleteUsers(ours.ids));
        expectAll('batchDeleteUsers', result.success, size);
        return ['ours', ms];
      },
      async () => ['raw', (await timed(() => raw.remove(theirs.map(({ user }) => user.id)))).ms],
    ];
    for (const [name, both] of Object.entries({ create: creates, delete: deletes })) {
      const inTurn = round % 2 === 0 ? both : both.toReversed();
      const sample = {};
      for (const one of inTurn) {
        if (one === deletes[1]) await raw.put(theirs.map(({ claim }) => claim)); // it has claims to ignore
        const [who, ms] = await one();
        sample[who] = ms;
      }
      if (round >= 0) samples[name].push(sample);
    }
    await raw.remove(theirs.map(({ claim }) => claim.id));
  }
  return Object.fromEntries(
    Object.entries(samples).map(([name, list]) => [
      name,
      {
        count,
        oursMs: spread(list.map(({ ours }) => ours)),
        rawMs: spread(list.map(({ raw }) => raw)),
        ratio: spread(list.map(({ ours, raw }) => ours / raw)),
      },
    ]),
  );
}

/** Requests and units of the same, counted apart: asking for units costs time. */
export async function countBatches({ client, tableName }, count) {
  const logger = countingLogger();
  const service = new UserService({ model: new UserModel({ client, tableName, logger }) });
  const from = numbers(count);
  const { success } = await service.createUsers(
    Array.from({ length: count }, (_, i) => ({ email: `user${from + i}@example.com`, name: 'New' })),
  );
  const create = logger.take();
  await service.batchDeleteUsers(success.map(({ id }) => id));
  return { create, delete: logger.take() };
}

function expectAll(name, list, count) {
  if (list.length !== count) throw new Error(`${name}: ${list.length} of ${count}`);
}
