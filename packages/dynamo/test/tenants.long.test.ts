import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freshTable } from '../../../test/fresh-table.js';
import { DynamoModel } from '../src/index.js';
import { rawTable } from './raw-table.js';
import { calls, DocModel, type Docs, earlyPages, outcomeOf, type Probe, type Variant, variants } from './tenants.js';

/** Only subclasses see these. */
const protectedNames = [
  ...['constructor', 'logger', 'schema', 'uniqueAttributes', 'indexedAttributes', 'ttlAttribute', 'keepsHistory'],
  ...['counters', 'normalise', 'normaliseUnique', 'findLegacyOwner', 'vectorIndex', 'indexShards'],
];
function publicNames(): string[] {
  const names = new Set<string>();
  for (let one: object = DynamoModel.prototype; one !== Object.prototype; one = Object.getPrototypeOf(one)) {
    for (const name of Object.getOwnPropertyNames(one)) names.add(name);
  }
  return [...names].filter((name) => !protectedNames.includes(name)).sort();
}
type Method = keyof typeof calls;
const methods = Object.keys(calls) as Method[];

it('has a call of each method that a scoped model has', () => {
  expect(methods.sort()).toEqual(publicNames());
});

/**
 * Two tables in which tenant A has the same entities. In one of them there is tenant B too, so that there B's ids are foreign, and else absent.
 * Renewed after some runs, since the calls scan them.
 */
const worlds = () => ({ foreign: freshTable(), absent: freshTable() });
let current: ReturnType<typeof worlds> | undefined;
const runsOfTables = 8;

const inAll = ['a1', 'a2', 'a3', 'a4'];
const ofOthers = ['b1', 'b2', 'b3', 'b4'];
let runs = 0;

/** What tenant B has: all but its ids, keys and slugs, which A's calls are given, is secret. */
const secret = 'SECRET';

async function newRun(variant: Variant) {
  current = runs++ % runsOfTables === 0 || !current ? worlds() : current;
  const tables = current;
  const run = `r${runs}-`;
  const [a, b] = [`${run}A`, `${run}B`];
  const open = async (world: 'foreign' | 'absent') => {
    const table = await tables[world];
    const model = new DocModel(table, variant, run);
    const docs: Docs = model.within({ orgId: a });
    await docs.batchCreate(inAll.map((ref) => ({ ref: run + ref, key: ref, slug: run + ref, title: ref })));
    const raw = rawTable(table);
    /** The entities of a tenant, and their claims. A create over an expired entity leaves its expired claims, which bind nobody. */
    const stored = async (orgId: string) => {
      const items = (await raw.items()).filter(({ expiresAt }) => !(Number(expiresAt) * 1000 <= Date.now()));
      const owners = new Set(items.filter((item) => item.orgId === orgId).map(({ id }) => id));
      return items.filter(({ id, ownerId }) => owners.has(id) || owners.has(String(ownerId)));
    };
    return { model, docs, stored };
  };
  const [foreign, absent] = [await open('foreign'), await open('absent')];
  const others: Docs = foreign.model.within({ orgId: b });
  const { failed } = await others.batchCreate([
    ...ofOthers.map((ref) => ({ ref: run + ref, key: ref, slug: run + ref, title: secret, count: 7 })),
    { ref: `${run}gone`, key: 'gone', slug: `${run}gone`, title: secret, expiresAt: 1 },
  ]);
  expect(failed).toEqual([]);
  const inShared = { index: 'GSI2', pk: `${run}ALL` } as const;
  const cursors: string[] = [];
  await earlyPages(others, inShared, cursors);
  const { cursor: ofModel = '' } = await foreign.model.query({ ...inShared, limit: 3 });
  const { cursor: ofOther = '' } = await others.query({ ...inShared, limit: 1 });
  return { run, a, b, foreign, absent, cursors: [ofModel, ofOther, ...cursors.slice(0, 2)] };
}
type Run = Awaited<ReturnType<typeof newRun>>;

const probeOf = ({ run, b }: Run, given: Partial<Probe> = {}): Probe => ({
  ...{ run, id: `${run}b1`, orgId: b, key: 'b1', slug: `${run}free`, cursor: undefined, limit: 2, rules: {} },
  ...{ own: `${run}a1`, fresh: `${run}fresh` },
  ...given,
});

/** Where everything in an answer that A gets comes from A's entities and arguments. */
function expectNoSecret(outcome: string): void {
  expect(outcome).not.toContain(secret);
  for (const [, cursor = ''] of outcome.matchAll(/"(?:cursor|start)":"([\w-]+)"/g)) {
    expect(Buffer.from(cursor, 'base64url').toString()).not.toMatch(/KEY#b|-b\d/);
  }
}

/** What A has, without what differs from run to run. */
const ofA = async ({ a }: Run, { stored }: Run['foreign']) =>
  (await stored(a)).map(({ createdAt: _, updatedAt: __, _writeId: ___, ...item }) => item);
/** What B has and has not expired. */
const liveOfB = async ({ b, foreign }: Run) =>
  (await foreign.stored(b)).filter(({ id, ownerId }) => !`${id} ${ownerId}`.includes('gone'));

describe.each(variants)('a tenant of a model that is %s', (variant) => {
  const isUsable = (method: Method) => method !== 'getByUnique' || variant === 'claiming';

  it.each(methods.filter(isUsable))(
    'is told by %s of another tenant’s entity what it is told of none',
    async (method) => {
      const run = await newRun(variant);
      const before = await liveOfB(run);
      expect(before.length).toBeGreaterThanOrEqual(ofOthers.length);
      const cursors = ['query', 'queryPages', 'count'].includes(method) ? run.cursors : [];
      for (const cursor of [undefined, ...cursors]) {
        if (method === 'upsert') break; // it tells that the id is taken
        const probe = probeOf(run, { cursor });
        const outcome = await outcomeOf(() => calls[method](run.foreign.docs, probe));
        expectNoSecret(outcome);
        expect(outcome).toBe(await outcomeOf(() => calls[method](run.absent.docs, probe)));
      }
      expect(await liveOfB(run)).toEqual(before);
      expect(await ofA(run, run.foreign)).toEqual(await ofA(run, run.absent));
    },
  );

  const creates: readonly Method[] = ['create', 'creating', 'batchCreate', 'newId'];
  it.each(methods.filter((method) => isUsable(method) && !creates.includes(method)))(
    'would be told more by %s without the scope, so that the test sees what it is meant to see',
    async (method) => {
      const run = await newRun(variant);
      const before = await liveOfB(run);
      const probe = probeOf(run, { slug: `${run.run}b1` });
      const [model, absent] = [run.foreign.model, run.absent.model] as unknown as Docs[];
      const outcome = await outcomeOf(() => calls[method](model as Docs, probe));
      const other = await outcomeOf(() => calls[method](absent as Docs, probe));
      const isSeen = outcome !== other || JSON.stringify(await liveOfB(run)) !== JSON.stringify(before);
      expect(isSeen).toBe(true);
    },
  );

  const index = (list: readonly string[]) => fc.constantFrom(...list);
  const step = fc.record({
    method: fc.constantFrom(...methods),
    id: index([...inAll, ...ofOthers, 'gone', 'none', 'fresh0', 'fresh1']),
    own: index(inAll),
    key: index([...inAll, ...ofOthers]),
    slug: index([...inAll, ...ofOthers, 'free0', 'free1', 'free2']),
    isOrgB: fc.boolean(),
    cursor: fc.option(fc.nat(3), { nil: undefined }),
    limit: fc.integer({ min: 1, max: 4 }),
    rules: fc.oneof(
      { weight: 3, arbitrary: fc.constant({}) },
      fc.record({ expectedVersion: fc.integer({ min: 1, max: 3 }) }),
      fc.record({ if: fc.record({ title: fc.constantFrom('a1', 'updated', secret) }) }),
    ),
  });

  it('sees nothing and changes nothing of the other, whatever it calls', async () => {
    const property = fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 16 }), async (steps) => {
      const run = await newRun(variant);
      const before = await liveOfB(run);
      for (const [i, { method, isOrgB, cursor, ...given }] of steps.entries()) {
        const full = (name: string) => run.run + name;
        const probe: Probe = {
          ...{ ...given, run: run.run, id: full(given.id), own: full(given.own), slug: full(given.slug) },
          ...{ orgId: isOrgB ? run.b : run.a, fresh: full(`fresh${i}`) },
          cursor: cursor === undefined ? undefined : run.cursors[cursor % run.cursors.length],
        };
        const outcome = await outcomeOf(() => calls[method](run.foreign.docs, probe));
        expectNoSecret(outcome);
        if (outcome.includes('UniqueConstraintError')) {
          const [, told = ''] = /UniqueConstraintError[\\",]+value[\\":]+([\w-]+)/.exec(outcome) ?? [];
          expect([probe.id, probe.slug, probe.fresh]).toContain(told); // that a value is held is all that it tells
          if (/b\d|gone/.test(told)) continue;
        }
        expect(outcome).toBe(await outcomeOf(() => calls[method](run.absent.docs, probe)));
      }
      expect(await liveOfB(run)).toEqual(before);
      expect(await ofA(run, run.foreign)).toEqual(await ofA(run, run.absent));
    });
    await fc.assert(property, { numRuns: Number(process.env.RUNS || 8), endOnFailure: true });
  });
});
