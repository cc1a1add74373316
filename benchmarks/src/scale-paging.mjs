import { UserModel, UserService } from '@aws-starter-kit/users';
import { countingLogger } from './counting-logger.mjs';
import { spread } from './statistics.mjs';

const limit = 100;
const pagesCompared = 10;

/** Walks all pages once, counting; then reads the first ones and the last ones again in turns, for their time. */
export async function measurePaging({ client, tableName, service }, { users, rounds }) {
  const logger = countingLogger();
  const counted = new UserService({ model: new UserModel({ client, tableName, logger }) });
  const pages = [];
  let cursor;
  let seen = 0;
  do {
    const page = await counted.listUsers({ limit, cursor });
    pages.push({ cursor, ...logger.take() });
    seen += page.items.length;
    cursor = page.cursor;
  } while (cursor !== undefined);
  if (seen !== users) throw new Error(`listUsers gave ${seen} of ${users}`);

  const last = pages.slice(0, -1).slice(-pagesCompared); // the very last may be short, and asks for less
  const first = pages.slice(0, last.length);
  const samples = [];
  for (let round = -1; round < rounds; round++) {
    for (let i = 0; i < last.length; i++) {
      const sample = { first: await readingMs(service, first[i]), last: await readingMs(service, last[i]) };
      if (round >= 0) samples.push(sample);
    }
  }
  return {
    pages: pages.length,
    first: costOf(
      first,
      samples.map((sample) => sample.first),
    ),
    last: costOf(
      last,
      samples.map((sample) => sample.last),
    ),
    ratio: spread(samples.map((sample) => sample.last / sample.first)),
  };
}

async function readingMs(service, { cursor }) {
  const began = performance.now();
  await service.listUsers({ limit, cursor });
  return performance.now() - began;
}

const costOf = (pages, times) => ({
  requests: Math.max(...pages.map(({ requests }) => requests)),
  units: Math.max(...pages.map(({ capacityUnits }) => capacityUnits)),
  ms: spread(times),
});
