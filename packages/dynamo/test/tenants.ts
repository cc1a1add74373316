import { type BaseModel, DynamoModel, type DynamoModelOptions, type Scoped, snapshot, transact } from '../src/index.js';
import { collect } from './models.js';

export interface Doc extends BaseModel {
  orgId: string;
  /** Its id. */
  ref: string;
  /** Unique within its organisation, where the variant has unique attributes. */
  key: string;
  slug?: string;
  title?: string;
  count?: number;
  expiresAt?: number;
}
export type Docs = Scoped<Doc, 'orgId'>;

/** Writes without a prior read, with one, with claims and a time of expiry, and with the versions kept. */
export const variants = ['blind', 'reading', 'claiming', 'keeping'] as const;
export type Variant = (typeof variants)[number];

/** In GSI1 each organisation has a partition, in GSI2 they share one. */
export class DocModel extends DynamoModel<Doc> {
  readonly variant: Variant;
  readonly run: string;
  constructor(options: DynamoModelOptions, variant: Variant, run = '') {
    super(options);
    this.variant = variant;
    this.run = run;
  }
  protected getEntityName() {
    return 'Doc';
  }
  protected generateId({ ref }: { ref: string }) {
    return ref;
  }
  protected setGSIKeys(entity: Doc) {
    entity.pk1 = `${this.run}ORG#${entity.orgId}`;
    entity.sk1 = `KEY#${entity.key}`;
    entity.pk2 = `${this.run}ALL`;
    entity.sk2 = `KEY#${entity.key}`;
  }
  protected override uniqueAttributes() {
    return this.variant === 'claiming' ? (['slug', ['orgId', 'key']] as const) : [];
  }
  protected override indexedAttributes() {
    return this.variant === 'reading' ? undefined : (['orgId', 'key'] as const);
  }
  protected override ttlAttribute() {
    return this.variant === 'claiming' ? ('expiresAt' as const) : undefined;
  }
  protected override keepsHistory() {
    return this.variant === 'keeping';
  }
}

/** What a call is given: some of it may be the other tenant's. */
export interface Probe {
  readonly id: string;
  readonly orgId: string;
  readonly key: string;
  readonly slug: string;
  /** A cursor, if there is one. */
  readonly cursor: string | undefined;
  /** An entity of one's own. */
  readonly own: string;
  /** An id that is new. */
  readonly fresh: string;
  readonly run: string;
  readonly limit: number;
  /** Rules of a write. */
  readonly rules: {
    readonly expectedVersion?: number;
    readonly if?: { readonly title: string };
  };
}

const byId = (docs: readonly Doc[]) => [...docs].sort((a, b) => (a.id < b.id ? -1 : 1));
const inShared = ({ run }: Probe) => ({ index: 'GSI2', pk: `${run}ALL` }) as const;
const inOrg = ({ run, orgId }: Probe) => ({ index: 'GSI1', pk: `${run}ORG#${orgId}` }) as const;
const forward = (cursor: string | undefined) => (cursor === undefined ? {} : { cursor });

/** All pages of a query that ends its pages early. Where they end depends on what others store; what they have in all does not. */
export async function earlyPages(docs: Docs, query: Parameters<Docs['query']>[0], cursors: string[] = []) {
  const items: Doc[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await docs.query({ ...query, ...forward(cursor), maxScanned: 2 } as typeof query);
    items.push(...page.items);
    for (const one of [page.cursor, page.start]) if (one !== undefined) cursors.push(one);
    cursor = page.cursor;
    if (cursor === undefined) return items;
  }
}

/**
 * A call of each method with a probe. The type has all public methods of the base class: a new one does not compile before it is here, and
 * `tenants.long.test.ts` compares the names at run time.
 */
export const calls: { readonly [M in keyof Docs]: (docs: Docs, probe: Probe) => Promise<unknown> } = {
  create: (docs, { fresh, slug }) => docs.create({ ref: fresh, key: fresh, slug }),
  creating: (docs, { fresh, slug, own }) =>
    transact([docs.creating({ ref: fresh, key: fresh, slug }), docs.updating(own, { title: 'together' })]),
  search: (docs) => docs.search({ near: [1] }), // test/vectors.engine.test.ts has the searches of tenants
  newId: (docs, { fresh }) => docs.newId({ ref: fresh }),
  upsert: (docs, { id }) => docs.upsert(id, { ref: id, key: `up-${id}`, title: 'upserted' }),
  getByUnique: (docs, { slug, orgId, key }) =>
    Promise.all([docs.getByUnique('slug', slug), docs.getByUnique({ orgId, key })]),
  update: async (docs, { id, rules, slug }) => [
    await docs.update(id, { slug }), // the only one that a value of others can reject, so it is first
    await docs.update(id, { title: 'updated' }, rules),
    await docs.update(id, {}),
    await docs.update(id, {}, { increment: { count: 1 } }),
    await docs.update(id, { key: `moved-${id}` }),
  ],
  updating: async (docs, { id, rules, own }) => [
    await outcomeOf(() => transact([docs.updating(id, { title: 'part' }, rules), docs.updating(own, {})])),
    await outcomeOf(() => transact([docs.updating(own, { title: 'x' }), docs.updating(id, {}, rules)])),
    await outcomeOf(() => transact([docs.updating(id, { title: 'y' }, { ...rules, returns: 'none' })])),
  ],
  checking: (docs, { id, rules: { expectedVersion: _, ...rules }, own }) =>
    transact([docs.updating(own, { title: 'checked' }), docs.checking(id, rules)]),
  delete: (docs, { id, rules }) => docs.delete(id, rules),
  deleting: (docs, { id, rules, own }) =>
    transact([docs.deleting(id, rules), docs.updating(own, { title: 'not deleted' })]),
  batchCreate: (docs, { fresh, slug }) => docs.batchCreate([{ ref: fresh, key: fresh, slug }]),
  batchUpdate: async (docs, { id, own, rules, slug }) => {
    const first = await docs.batchUpdate([id], { slug });
    if (first.failed.some(({ error }) => error.name === 'UniqueConstraintError')) return [first]; // nothing is written, as after an error of `update`
    return [
      first,
      await docs.batchUpdate([id, 'absent', own], { title: 'all' }, rules),
      await docs.batchUpdate([own, id], {}, { increment: { count: 1 } }),
    ];
  },
  restore: async (docs, { orgId, fresh, slug, own }) => {
    const mine = await docs.getById(own, { consistent: true });
    const base = { ref: fresh, key: fresh, slug, createdAt: '2024-01-01T00:00:00.000Z', version: 3 };
    return docs.restore([
      { ...base, id: fresh, orgId }, // of the other tenant, where the probe is
      ...(mine ? [mine, { ...base, id: `${fresh}-r`, key: `${fresh}-r`, orgId: mine.orgId }] : []),
    ]);
  },
  batchDelete: (docs, { id, own }) => docs.batchDelete([id, 'absent', own]),
  versionsOf: (docs, { id, limit, cursor }) => docs.versionsOf(id, { limit, ...forward(cursor) }),
  revert: async (docs, { id, rules: { expectedVersion } }) => [
    await docs.revert(id, 1, expectedVersion === undefined ? {} : { expectedVersion }),
    await docs.revert(id, 2),
  ],
  within: async (docs, { id, key }) => {
    const narrower = docs.within({ key });
    return [await narrower.getById(id), await narrower.update(id, { title: 'narrow' }), await narrower.scanAll()];
  },
  getById: async (docs, { id }) => [
    await docs.getById(id, { consistent: true }),
    await docs.getById(id),
    await docs.getById(id, { attributes: ['title'] }),
  ],
  entityOf: async (docs, { id, orgId }) => {
    const image = { id: { S: `DOC#${id}` }, orgId: { S: orgId }, version: { N: '1' } };
    return [docs.entityOf({ dynamodb: { NewImage: image } }), docs.entityOf({ dynamodb: { OldImage: image } })];
  },
  getByIds: (docs, { id, own }) => docs.getByIds([id, own, id], { consistent: true }),
  getting: (docs, { id, own }) => snapshot([docs.getting(id), docs.getting(own)]),
  scanAll: async (docs) => byId(await docs.scanAll({ consistent: true })),
  scanPages: async (docs) => byId((await collect(docs.scanPages({ consistent: true, segments: 2 }))).flat()),
  query: async (docs, probe) => {
    const { limit, cursor, slug } = probe;
    return [
      await docs.query({ ...inShared(probe), limit }),
      await docs.query({ ...inOrg(probe), limit }),
      await docs.query({ ...inShared(probe), limit, order: 'desc', filter: { slug: { ne: slug } } }),
      await earlyPages(docs, inShared(probe)),
      await docs.query({ ...inShared(probe), limit, ...forward(cursor) }),
    ];
  },
  queryPages: async (docs, probe) => [
    await collect(docs.queryPages(inOrg(probe))),
    await collect(docs.queryPages({ ...inShared(probe), limit: probe.limit })),
    await collect(docs.queryPages({ ...inShared(probe), ...forward(probe.cursor) })),
  ],
  count: async (docs, probe) => [
    await docs.count(inOrg(probe)),
    await docs.count({ ...inShared(probe), atMost: 2 }),
    await docs.count({ ...inShared(probe), ...forward(probe.cursor) }),
  ],
};

/** How a call ended, without what differs from run to run: times, hidden cursors, and the order of attributes. */
export async function outcomeOf(work: () => Promise<unknown>): Promise<string> {
  const outcome = await work().then(
    (value) => ({ value }),
    (error) => ({ error }),
  );
  return JSON.stringify(inOrder(outcome))
    .replaceAll(times, 'TIME')
    .replaceAll(/"E[\w-]{100,}"/g, '"HIDDEN"')
    .replaceAll(/(?<="(?:cursor|start)":")[\w-]+(?=")/g, withoutTimes);
}

const times = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;

/** A cursor of versions contains times. */
function withoutTimes(cursor: string): string {
  const text = Buffer.from(cursor, 'base64url').toString();
  return text.search(times) < 0 ? cursor : Buffer.from(text.replaceAll(times, 'TIME')).toString('base64url');
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const { name, message, cause } = value as Error;
  const told = value instanceof Error ? { ...value, name, message, cause } : value;
  const sorted = Object.entries(told).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([key, one]) => [key, inOrder(one)]));
}
