import { beforeAll, describe, expect, it, vi } from 'vitest';
import { type BaseModel, DynamoModel, generateUUID, key, transact } from '../src/index.js';
import { collect } from './models.js';
import { faultyTable } from './raw-table.js';

interface Page extends BaseModel {
  orgId: string;
  title: string;
  body?: string;
  slug?: string;
  views?: number;
  visits?: number;
  expiresAt?: number;
}
class PageModel extends DynamoModel<Page> {
  protected getEntityName() {
    return 'Page';
  }
  protected generateId() {
    return generateUUID();
  }
  protected setGSIKeys(page: Page) {
    page.pk1 = key(page)`ORG#${'orgId'}`;
    page.sk1 = key(page)`TITLE#${'title'}`;
  }
  protected override uniqueAttributes() {
    return [['orgId', 'slug']] as const;
  }
  protected override ttlAttribute() {
    return 'expiresAt' as const;
  }
  protected override keepsHistory() {
    return true;
  }
}

/** Nothing unique: without its versions, a delete would be a single request. */
class PlainPageModel extends PageModel {
  protected override getEntityName() {
    return 'Plain';
  }
  protected override uniqueAttributes() {
    return [] as never;
  }
}

/** The same entities, all with one id. */
class PhoenixModel extends PlainPageModel {
  protected override generateId() {
    return 'phoenix';
  }
}

/** Has nothing but an id. */
class BareModel extends DynamoModel<BaseModel> {
  protected getEntityName() {
    return 'Bare';
  }
  protected generateId() {
    return generateUUID();
  }
  protected setGSIKeys() {}
  protected override keepsHistory() {
    return true;
  }
}

class CountedPageModel extends PlainPageModel {
  protected override getEntityName() {
    return 'Counted';
  }
  protected override counters() {
    return ['visits'] as const;
  }
}

let made: Awaited<ReturnType<typeof faultyTable>>;
let pages: PageModel;
let plain: PlainPageModel;
let counted: CountedPageModel;
beforeAll(async () => {
  made = await faultyTable();
  pages = new PageModel(made.table);
  plain = new PlainPageModel(made.table);
  counted = new CountedPageModel(made.table);
});

const versions = async (model: PageModel, id: string) => (await model.versionsOf(id)).items;
const acme = { orgId: 'acme' };

describe('a model that keeps its history', () => {
  it('lists each version, the latest first, with the deletion', async () => {
    const created = await pages.create({ ...acme, title: 'a' });
    const renamed = await pages.update(created.id, { title: 'b', body: 'x' });
    const counted = await pages.update(created.id, {}, { increment: { views: 2 } });
    expect(await versions(pages, created.id)).toEqual([
      { version: 3, at: counted?.updatedAt, entity: counted },
      { version: 2, at: renamed?.updatedAt, entity: renamed },
      { version: 1, at: created.createdAt, entity: created },
    ]);
    await pages.delete(created.id);
    const [deletion, last] = await versions(pages, created.id);
    expect(deletion).toEqual({ version: 4, at: expect.any(String), entity: null });
    expect(last?.entity).toEqual(counted);
  });

  it('keeps them in every kind of write', async () => {
    const [a, b] = await transact([plain.creating({ ...acme, title: 'a' }), pages.creating({ ...acme, title: 'b' })]);
    await transact([plain.updating(a.id, { title: 'c' }, { returns: 'none' }), pages.deleting(b.id)]);
    await plain.upsert(a.id, { ...acme, title: 'd' });
    const { success } = await plain.batchCreate([{ ...acme, title: 'e' }]);
    await plain.batchDelete([a.id, success[0]?.id ?? '']);
    const once = await plain.create({ ...acme, title: 'f' }, { once: generateUUID() });
    await plain.delete(once?.id ?? '');
    const titles = async (model: PageModel, id = '') => (await versions(model, id)).map(({ entity }) => entity?.title);
    expect(await titles(plain, a.id)).toEqual([undefined, 'd', 'c', 'a']);
    expect(await titles(pages, b.id)).toEqual([undefined, 'b']);
    expect(await titles(plain, success[0]?.id)).toEqual([undefined, 'e']);
    expect(await titles(plain, once?.id)).toEqual([undefined, 'f']);
  });

  it('pages through them in both orders', async () => {
    const { id } = await plain.create({ ...acme, title: '1' });
    for (let n = 2; n <= 12; n++) await plain.update(id, { title: `${n}` });
    const first = await plain.versionsOf(id, { limit: 5, order: 'asc' });
    const second = await plain.versionsOf(id, { limit: 50, order: 'asc', cursor: first.cursor });
    expect([...first.items, ...second.items].map(({ version }) => version)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
    ]);
    expect(second.cursor).toBeUndefined();
  });

  it('shows no version to queries, scans and counts, nor to other entities', async () => {
    const { id } = await pages.create({ orgId: 'lonely', title: 'a' });
    await pages.update(id, { title: 'b' });
    expect((await pages.query({ index: 'GSI1', of: { orgId: 'lonely' } })).items).toHaveLength(1);
    const scanned = (await collect(pages.scanPages())).flat().filter(({ orgId }) => orgId === 'lonely');
    expect(scanned).toHaveLength(1);
    expect(await versions(plain, id)).toEqual([]);
    expect(await pages.versionsOf('')).toEqual({ items: [] });
  });

  it('keeps nothing of a write that is rejected, and one version of a write whose reply is lost', async () => {
    const { id } = await pages.create({ ...acme, title: 'a', slug: 'one' });
    const other = await pages.create({ ...acme, title: 'b', slug: 'two' });
    await expect(pages.update(other.id, { slug: 'one' })).rejects.toMatchObject({ name: 'UniqueConstraintError' });
    await expect(pages.update(id, { title: 'x' }, { expectedVersion: 7 })).rejects.toMatchObject({ actualVersion: 1 });
    made.faults.setRules([{ fault: 'lost-reply', operation: 'TransactWriteItems', times: 1 }]);
    await pages.update(id, { title: 'c' });
    expect((await versions(pages, id)).map(({ version }) => version)).toEqual([2, 1]);
    expect(await versions(pages, other.id)).toHaveLength(1);
  });

  it('keeps a version that is written while the entity is being deleted', async () => {
    const { id } = await plain.create({ ...acme, title: 'a' });
    const others = new PlainPageModel(made.honest);
    made.gate.before('TransactWriteItems', 1, () => others.update(id, { title: 'b' }));
    expect(await plain.delete(id)).toBe(true);
    expect((await versions(plain, id)).map(({ version, entity }) => [version, entity?.title])).toEqual([
      [3, undefined],
      [2, 'b'],
      [1, 'a'],
    ]);
  });

  it('tells apart two lives of an id that begin in the same millisecond', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      const first = await plain.create({ ...acme, title: 'a' }, { id: 'phoenix' });
      await plain.delete('phoenix');
      const second = await plain.create({ ...acme, title: 'b' }, { id: 'phoenix' });
      expect(Date.parse(second.createdAt) - Date.parse(first.createdAt)).toBe(1);
      expect(await plain.getById('phoenix', { consistent: true })).toEqual(second);
      await plain.delete('phoenix');
      const { success } = await new PhoenixModel(made.table).batchCreate([{ ...acme, title: 'c' }]);
      expect(await plain.getById('phoenix', { consistent: true })).toEqual(success[0]);
    } finally {
      vi.useRealTimers();
    }
    const titles = (await versions(plain, 'phoenix')).map(({ version, entity }) => [version, entity?.title]);
    expect(titles).toEqual([
      [1, 'c'],
      [2, undefined],
      [1, 'b'],
      [2, undefined],
      [1, 'a'],
    ]);
  });

  it('a late delete of an entity whose counter decides on it never takes effect after its rejection', async () => {
    const { id } = await counted.create({ ...acme, title: 'a', visits: 0 });
    const others = new CountedPageModel(made.honest);
    const by = (visits: number) => others.update(id, {}, { increment: { visits } });
    const deliver = made.gate.hold('TransactWriteItems');
    made.gate.before('TransactWriteItems', 1, () => by(1));
    await expect(counted.delete(id, { if: { visits: 0 } })).rejects.toMatchObject({ name: 'ConditionFailedError' });
    await by(-1);
    expect(await deliver()).toBe(400);
    expect(await counted.getById(id, { consistent: true })).toMatchObject({ visits: 0 });
    expect(await counted.delete(id, { if: { visits: 0 } })).toBe(true);
  });

  it('keeps the versions of an entity that has expired', async () => {
    const { id } = await pages.create({ ...acme, title: 'a', expiresAt: 1 });
    expect(await pages.getById(id, { consistent: true })).toBeNull();
    expect(await versions(pages, id)).toMatchObject([{ version: 1, entity: { title: 'a', expiresAt: 1 } }]);
    const items = await made.raw.items(`PAGE@${id}`);
    expect(items.map(({ expiresAt }) => expiresAt)).toEqual([undefined]); // the time to live of the table would remove it
  });
});

describe('revert', () => {
  it('gives an entity the attributes of a version, and no others, as a new version', async () => {
    const created = await pages.create({ ...acme, title: 'a', slug: 'reverted' });
    await pages.update(created.id, { title: 'b', body: 'x', slug: null });
    const reverted = await pages.revert(created.id, 1);
    expect(reverted).toEqual({ ...created, version: 3, updatedAt: expect.any(String) });
    expect(await pages.getByUnique({ orgId: 'acme', slug: 'reverted' })).toEqual(reverted);
    expect((await pages.query({ index: 'GSI1', of: { orgId: 'acme', title: 'a' } })).items).toContainEqual(reverted);
    expect((await versions(pages, created.id)).map(({ version }) => version)).toEqual([3, 2, 1]);
  });

  it('brings null back as it was, and all that an attribute can hold', async () => {
    const attributes = {
      ...{
        tags: new Set(['a', 'b']),
        bytes: new Uint8Array([1, 2]),
        price: 0.1,
        nested: { list: [1, { deep: null }] },
      },
      empty: null,
    };
    const created = await plain.create({ ...acme, title: 'a', ...attributes });
    await plain.update(created.id, { empty: 'x', tags: null, bytes: null, price: null, nested: null } as object);
    expect(await plain.revert(created.id, 1)).toEqual({ ...created, version: 3, updatedAt: expect.any(String) });
  });

  it('leaves counters as they are', async () => {
    const { id } = await counted.create({ ...acme, title: 'a', visits: 1 });
    await counted.update(id, {}, { increment: { visits: 4 } });
    expect(await counted.update(id, { title: 'b' })).toMatchObject({ visits: 5, version: 2 });
    expect(await counted.revert(id, 1)).toMatchObject({ title: 'a', visits: 5, version: 3 });
    expect((await versions(counted, id)).map(({ entity }) => entity?.visits)).toEqual([5, 5, 1]);
  });

  it('creates a deleted entity again, in its last life', async () => {
    const { id } = await pages.create({ ...acme, title: 'a' });
    await pages.update(id, { title: 'b' });
    await pages.delete(id);
    expect(await pages.revert(id, 2)).toMatchObject({ id, title: 'b', version: 1 });
    await pages.update(id, { title: 'c' });
    expect(await pages.revert(id, 1)).toMatchObject({ title: 'b', version: 3 });
    expect(await versions(pages, id)).toHaveLength(6);
  });

  it('gives null for a version that there is not', async () => {
    const { id } = await pages.create({ ...acme, title: 'a' });
    expect(await pages.revert(id, 2)).toBeNull();
    expect(await pages.revert('nobody', 1)).toBeNull();
    await pages.delete(id);
    expect(await pages.revert(id, 2)).toBeNull();
  });

  it('takes an expected version, and rejects a value that another entity holds by now', async () => {
    const { id } = await pages.create({ ...acme, title: 'a', slug: 'wanted' });
    await pages.update(id, { slug: null });
    await expect(pages.revert(id, 1, { expectedVersion: 1 })).rejects.toMatchObject({ actualVersion: 2 });
    const deleted = await pages.create({ ...acme, title: 'deleted' });
    await pages.delete(deleted.id);
    expect(await pages.revert(deleted.id, 1, { expectedVersion: 1 })).toBeNull();
    await pages.create({ ...acme, title: 'b', slug: 'wanted' });
    await expect(pages.revert(id, 1)).rejects.toMatchObject({ name: 'UniqueConstraintError' });
  });

  it('begins again where another write came between', async () => {
    const { id } = await pages.create({ ...acme, title: 'a' });
    await pages.update(id, { title: 'b' });
    const others = new PageModel(made.honest);
    made.gate.before('TransactWriteItems', 1, () => others.delete(id));
    expect(await pages.revert(id, 1)).toMatchObject({ title: 'a', version: 1 });
  });

  it('removes an attribute that another write adds in between', async () => {
    const { id } = await plain.create({ ...acme, title: 'a' });
    const others = new PlainPageModel(made.honest);
    made.gate.before('GetItem', 2, () => others.update(id, { body: 'x' })); // the entity, and its version
    const reverted = await plain.revert(id, 1);
    expect(reverted).toMatchObject({ title: 'a', version: 3 });
    expect(reverted).not.toHaveProperty('body');
  });

  it('begins again where the entity is deleted and created anew in between', async () => {
    const { id } = await plain.create({ ...acme, title: 'a', body: 'x' });
    const others = new PlainPageModel(made.honest);
    made.gate.before('GetItem', 2, async () => {
      await others.delete(id);
      await others.create({ ...acme, title: 'b' }, { id });
    });
    const reverted = await plain.revert(id, 1);
    expect(reverted).toMatchObject({ title: 'b', version: 2 }); // version 1 of the life that is there
    expect(reverted).not.toHaveProperty('body');
  });

  it('removes an attribute that another write adds right before the transaction', async () => {
    const { id } = await plain.create({ ...acme, title: 'a' });
    await plain.update(id, { title: 'b' });
    const others = new PlainPageModel(made.honest);
    made.gate.before('TransactWriteItems', 1, () => others.update(id, { body: 'x' }));
    const reverted = await plain.revert(id, 1);
    expect(reverted).toMatchObject({ title: 'a', version: 4 });
    expect(reverted).not.toHaveProperty('body');
  });

  it('begins again where another life has come to the same version right before the transaction', async () => {
    const { id } = await plain.create({ ...acme, title: 'a' });
    await plain.update(id, { title: 'b' });
    const others = new PlainPageModel(made.honest);
    made.gate.before('TransactWriteItems', 1, async () => {
      await others.delete(id);
      await others.create({ ...acme, title: 'c' }, { id });
      await others.update(id, { title: 'd' });
    });
    expect(await plain.revert(id, 1)).toMatchObject({ title: 'c', version: 3 });
  });

  it('leaves an entity without attributes as it is', async () => {
    const bare = await new BareModel(made.table).create({});
    expect(await new BareModel(made.table).revert(bare.id, 1)).toEqual(bare);
  });
});

describe('within a scope', () => {
  it('an entity of another one has no versions', async () => {
    const { id } = await pages.create({ ...acme, title: 'a' });
    await pages.update(id, { title: 'b' });
    const [own, foreign] = [pages.within(acme), pages.within({ orgId: 'other' })];
    expect((await own.versionsOf(id)).items).toHaveLength(2);
    expect((await foreign.versionsOf(id)).items).toEqual([]);
    expect(await foreign.revert(id, 1)).toBeNull();
    expect(await own.revert(id, 1)).toMatchObject({ title: 'a', version: 3 });
    await pages.delete(id);
    expect(await foreign.revert(id, 1)).toBeNull();
    expect(await own.revert(id, 1)).toMatchObject({ title: 'a', version: 1 });
  });
});
