import { setTimeout as sleep } from 'node:timers/promises';
import { paginateScan } from '@aws-sdk/lib-dynamodb';
import { createApiClient } from '@aws-starter-kit/client';
import { createDynamoClient, ensureTable } from '@aws-starter-kit/dynamo';
import { seededRandom } from '@aws-starter-kit/dynamo-faults';
import { expect, it, onTestFinished } from 'vitest';
import { runningIssuer } from '../../apps/api/test/running-issuer.js';
import { killableApi, killableEngine } from '../crash-safety/killable.js';
import { hostileProxy } from './hostile-proxy.js';
import { differences, nothingTold, work } from './intents.js';

/** `INTENTS=10000 INTENTS_SEED=7 pnpm test:long test/exactly-once` */
const intents = Number(process.env.INTENTS || 400);
const seed = Number(process.env.INTENTS_SEED || Date.now() % 1_000_000);
const workers = 16;
const sharedUsers = 4;
const intentsBetweenKills = 100;
const tableName = 'exactly-once';

it(`applies or rejects each of ${intents} intents once, and tells its caller`, { timeout: 3_600_000 }, async () => {
  const { told, found, kills } = await run(intents);
  expect(told.wrong).toEqual([]);
  expect(found).toEqual([]);
  expect(kills).toBeGreaterThan(0);
  expect(told.rejected.size).toBeGreaterThan(0);
});

it('fails under the same faults if the keys do not arrive', { timeout: 600_000 }, async () => {
  const { told, found } = await run(200, 'idempotency-key');
  expect(told.wrong.length + found.length).toBeGreaterThan(0);
});

/** Runs workers against an API. Proxies on both sides of it lose, delay and duplicate requests and answers. */
async function run(intents: number, removedHeader?: string) {
  const random = seededRandom(seed);
  const engine = await killableEngine('dynoxide');
  onTestFinished(() => engine.stop());
  const client = createDynamoClient({ endpoint: engine.url });
  await ensureTable({ client, tableName });
  const issuer = await runningIssuer();
  onTestFinished(() => issuer.stop());
  const database = await hostileProxy({ target: engine.url, random, rate: 0.03, longestMs: 2000 });
  onTestFinished(() => database.stop());
  const api = await killableApi(database.url, tableName, issuer.issuer);
  onTestFinished(() => api.stop());
  const removed = removedHeader === undefined ? {} : { removed: removedHeader };
  const network = await hostileProxy({ target: api.url, random, rate: 0.2, longestMs: 2000, ...removed });
  onTestFinished(() => network.stop());
  const token = await issuer.token({ scope: 'users:admin' });

  const honest = createApiClient({ url: api.url, token, deadlineMs: 60_000 });
  const shared = await Promise.all(
    Array.from({ length: sharedUsers }, (_, n) =>
      honest.users.create.mutate({ email: `shared-${n}@example.com`, name: 'shared' }),
    ),
  );
  const told = nothingTold(shared.map(({ id }) => id));
  const began = performance.now();
  const all = Array.from({ length: workers }, (_, n) =>
    work({
      api: createApiClient({ url: network.url, token, deadlineMs: 120_000 }),
      told,
      random,
      prefix: `worker-${n}`,
      goesOn: () => told.intents < intents,
    }),
  );
  let kills = 0;
  let isOver = false;
  const killing = (async () => {
    for (let killedAt = 0; !isOver; killedAt = told.intents) {
      while (!isOver && told.intents < killedAt + intentsBetweenKills) await sleep(20);
      if (isOver) return;
      await api.killAndRestart();
      kills++;
    }
  })();
  await Promise.all(all);
  isOver = true;
  await killing;
  const seconds = Math.round((performance.now() - began) / 1000);
  await network.settled();
  await database.settled();

  const items = new Map<string, Record<string, unknown>>();
  for await (const { Items = [] } of paginateScan({ client }, { TableName: tableName, ConsistentRead: true }))
    for (const item of Items) items.set(String(item.id), item);
  const found = differences(told, items);
  const { intents: count, wrong, rejected, deleted } = told;
  const ended = { intents: count, rejected: rejected.size, deleted: deleted.size, kills, seconds };
  const violations = wrong.length + found.length;
  const summary = { seed, ...ended, violations, network: network.counts, database: database.counts };
  process.stdout.write(`exactly once: ${JSON.stringify(summary)}\n`);
  return { told, found, kills };
}
