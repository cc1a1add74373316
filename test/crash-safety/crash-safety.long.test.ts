import { paginateScan } from '@aws-sdk/lib-dynamodb';
import { createApiClient } from '@aws-starter-kit/client';
import { createDynamoClient, ensureTable } from '@aws-starter-kit/dynamo';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningIssuer, runningIssuer } from '../../apps/api/test/running-issuer.js';
import { type Killable, killableApi, killableEngine } from './killable.js';
import { startWriter, type Told, type Writer } from './writer.js';

/** Kills of the engine, and as many of the API: `KILLS=100` by hand. */
const kills = Number(process.env.KILLS || 6);
const writers = 8;
const backWithinMs = 2000;
const tableName = 'crash-safety';

let engine: Killable;
let api: Killable;
let issuer: RunningIssuer;
beforeAll(async () => {
  engine = await killableEngine('dynoxide');
  await ensureTable({ client: createDynamoClient({ endpoint: engine.url }), tableName });
  issuer = await runningIssuer();
  api = await killableApi(engine.url, tableName, issuer.issuer);
}, 60_000);
afterAll(async () => {
  await api?.stop();
  await engine?.stop();
  issuer?.stop();
});

/** All items of the table, by id. */
async function tableNow() {
  const items = new Map<string, Record<string, unknown>>();
  const client = createDynamoClient({ endpoint: engine.url });
  for await (const { Items = [] } of paginateScan({ client }, { TableName: tableName, ConsistentRead: true })) {
    for (const item of Items) items.set(String(item.id), item);
  }
  return items;
}

const seconds = (ms: number) => (ms / 1000).toFixed(2);

it(`loses no acknowledged write over ${kills} kills of the engine and ${kills} of the API`, async () => {
  const token = await issuer.token({ scope: 'users:admin' });
  const client = createApiClient({ url: api.url, token, retries: false }); // the writers handle lost answers themselves
  const all: Writer[] = Array.from({ length: writers }, (_, n) => startWriter(client, n));
  const untilAnswer: number[] = [];
  for (let kill = 1; kill <= kills; kill++) {
    const answered = total(all, 'answered');
    await until(() => total(all, 'answered') > answered + writers * Math.random());
    await engine.killAndRestart();
    const backAt = performance.now();
    await until(() => client.users.count.query().then(Boolean, () => false));
    untilAnswer.push(performance.now() - backAt);
    await api.killAndRestart();
  }
  await Promise.all(all.map((writer) => writer.stop()));

  const items = await tableNow();
  const told = all.flatMap((writer) => writer.told);
  expect(all.flatMap(({ wrong }) => wrong)).toEqual([]);
  expect(told.flatMap((one) => lost(one, items))).toEqual([]);
  expect(brokenClaims(items)).toEqual([]);
  // what was left behind hinders nobody: each address is either taken by a user or free
  const [taken] = [...items.values()].filter(({ email }) => email !== undefined);
  await expect(client.users.create.mutate({ email: String(taken?.email), name: 'Again' })).rejects.toMatchObject({
    data: { reason: 'EMAIL_TAKEN' },
  });
  untilAnswer.sort((a, b) => a - b);
  process.stdout.write(
    `crash safety: ${kills} kills of the engine, ${kills} of the API; ${total(all, 'answered')} writes answered, ` +
      `${total(all, 'unknown')} refused or unknown; API answers ${seconds(untilAnswer[kills >> 1] ?? 0)} s (median), ` +
      `${seconds(untilAnswer.at(-1) ?? 0)} s (at most) after the engine's return\n`,
  );
  // of the slowest tenth the machine may be to blame
  expect(untilAnswer[Math.floor(kills * 0.9)]).toBeLessThan(backWithinMs);
}, 900_000);

const total = (all: Writer[], what: 'answered' | 'unknown') => all.reduce((sum, writer) => sum + writer[what](), 0);

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** What of a user is not as its writer was told, nor as a write without an answer may have left it. */
function lost(one: Told, items: ReadonlyMap<string, Record<string, unknown>>): string[] {
  if (one.id === undefined) return []; // nobody was told of it
  const item = items.get(`USER#${one.id}`);
  const mayBeDeleted = one.isDeleted || one.maybe.some(({ isDeleted }) => isDeleted);
  if (!item) return mayBeDeleted ? [] : [`${one.id} is gone`];
  if (one.isDeleted) return [`${one.id} is back`];
  const emails = [one.email, ...one.maybe.flatMap(({ email }) => email ?? [])];
  const names = [one.name, ...one.maybe.flatMap(({ name }) => name ?? [])];
  const isAsTold = emails.includes(String(item.email)) && names.includes(String(item.name));
  const isCounted = Number(item.version) >= one.version && Number(item.version) <= one.version + 2 * one.maybe.length;
  return isAsTold && isCounted ? [] : [`${one.id} is ${JSON.stringify(item)}, told ${JSON.stringify(one)}`];
}

/** Users without their claim, claims without their user. */
function brokenClaims(items: ReadonlyMap<string, Record<string, unknown>>): string[] {
  const broken: string[] = [];
  for (const [id, item] of items) {
    if (id.startsWith('USER#') && items.get(`UNIQUE#USER#email#${item.email}`)?.ownerId !== id)
      broken.push(`${id} has no claim`);
    if (id.startsWith('UNIQUE#USER#') && `UNIQUE#USER#email#${items.get(String(item.ownerId))?.email}` !== id) {
      broken.push(`${id} has no owner`);
    }
  }
  return broken;
}
