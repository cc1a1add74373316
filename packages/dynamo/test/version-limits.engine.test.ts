import { beforeAll, describe, expect, it } from 'vitest';
import { type BaseModel, DynamoModel, generateUUID, transact } from '../src/index.js';
import { faultyTable } from './raw-table.js';

interface Page extends BaseModel {
  title?: string;
  orgId?: string;
  text?: string;
  tree?: Record<string, unknown>;
}
/** As it was before its versions were kept. */
class FormerModel extends DynamoModel<Page> {
  protected getEntityName() {
    return 'Page';
  }
  protected generateId() {
    return generateUUID();
  }
  protected setGSIKeys() {}
  protected override indexedAttributes() {
    return [];
  }
}
class PageModel extends FormerModel {
  protected override keepsHistory() {
    return true;
  }
}

let made: Awaited<ReturnType<typeof faultyTable>>;
let former: FormerModel;
let pages: PageModel;
beforeAll(async () => {
  made = await faultyTable();
  former = new FormerModel(made.table);
  pages = new PageModel(made.table);
});

const requests = async (work: () => Promise<unknown>) => {
  const before = made.faults.requests.length;
  await work();
  return made.faults.requests.slice(before).map(({ operation }) => operation);
};
/** So many maps, each in the one before. */
const tree = (levels: number): Record<string, unknown> => ({ a: levels === 1 ? 'leaf' : tree(levels - 1) });
const large = 'x'.repeat(409_300);
const createdAt = '2024-01-02T03:04:05.678Z';

describe('an entity that can be stored, but not with a version around it', () => {
  it('is rejected before anything is sent, and fails no neighbour', async () => {
    const tooDeep = { name: 'InvalidItemError', reason: 'nested over 32 levels', attribute: /^tree/ };
    const [deep, wide] = [{ tree: tree(31) }, { text: large }];
    const tooLarge = { name: 'ItemTooLargeError', bytes: expect.any(Number) };
    const sent = await requests(async () => {
      await expect(pages.create(deep)).rejects.toMatchObject({ ...tooDeep, attribute: expect.stringMatching(/^tree/) });
      await expect(pages.create(wide)).rejects.toMatchObject(tooLarge);
      await expect(transact([pages.creating({}), pages.creating(deep)])).rejects.toMatchObject({ part: 1 });
    });
    expect(sent).toEqual([]);
    const { success, failed } = await pages.batchCreate([deep, { title: 'a' }, wide]);
    expect(success).toMatchObject([{ title: 'a' }]);
    expect(failed.map(({ index, error }) => [index, error.name])).toEqual([
      [0, 'InvalidItemError'],
      [2, 'ItemTooLargeError'],
    ]);
    expect(await former.create(deep)).toMatchObject(deep);
  });

  it('can be deleted, where it was written before its versions were kept', async () => {
    const [deep, wide] = [await former.create({ tree: tree(31) }), await former.create({ text: large })];
    await expect(pages.update(wide.id, { title: 'a' })).rejects.toMatchObject({ name: 'ItemTooLargeError' });
    expect(await pages.delete(wide.id)).toBe(true);
    expect(await pages.batchDelete([deep.id])).toEqual({ success: [deep.id], failed: [] });
    for (const { id } of [deep, wide])
      expect((await pages.versionsOf(id)).items).toEqual([{ version: 2, at: expect.any(String), entity: null }]);
  });

  it('whose id leaves no room fails alone in a batch', async () => {
    const [long, other] = ['x'.repeat(2002), generateUUID()];
    for (const id of [long, other]) await former.create({}, { id });
    expect(await pages.batchDelete([long, other])).toMatchObject({
      success: [other],
      failed: [{ id: long, error: { name: 'InvalidItemError', attribute: 'id', reason: 'pk over 2,048 bytes' } }],
    });
    expect(await pages.create({}, { id: 'x'.repeat(2001) })).toMatchObject({ version: 1 });
  });

  it('whose time of creation is longer than a sort key is not restored', async () => {
    const { failed } = await pages.restore([{ id: 'old', createdAt: 'x'.repeat(1010), version: 1 }]);
    expect(failed).toMatchObject([{ error: { attribute: 'createdAt', reason: 'sk over 1,024 bytes' } }]);
  });
});

describe('the size of a request', () => {
  const parts = Array.from({ length: 8 }, () => ({ text: 'x'.repeat(300_000) }));

  it('includes the versions: a transaction over it is rejected before anything is sent', async () => {
    const call = () => transact(parts.map((part) => pages.creating(part)));
    expect(
      await requests(() => expect(call()).rejects.toMatchObject({ name: 'TransactionTooLargeError', actions: 16 })),
    ).toEqual([]);
  });

  it('includes the versions: batches are sent in requests that the database accepts', async () => {
    const sent = await requests(async () => expect((await pages.batchCreate(parts)).success).toHaveLength(8));
    expect(sent).toEqual(['TransactWriteItems', 'TransactWriteItems']);
  });
});

describe('versions of ids that begin as those of versions do', () => {
  it('are kept apart from those of other entities', async () => {
    const id = generateUUID();
    const given = [
      { id, title: 'a', createdAt, version: 1 },
      { id: `PAGE@${id}`, title: 'b', createdAt, version: 1 },
    ];
    expect((await pages.restore(given)).failed).toEqual([]);
    for (const one of given) {
      await pages.update(one.id, { text: 'x' });
      const first = await pages.versionsOf(one.id, { limit: 1, order: 'asc' });
      expect(first.items).toEqual([{ version: 1, at: createdAt, entity: one }]);
      const second = await pages.versionsOf(one.id, { limit: 1, order: 'asc', cursor: first.cursor });
      expect(second).toMatchObject({ items: [{ version: 2, entity: { title: one.title, text: 'x' } }] });
      expect(await pages.revert(one.id, 1)).toMatchObject({ title: one.title, version: 3 });
    }
  });
});

describe('versionsOf', () => {
  it('takes no other part of a query, which would lead out of the scope or the entity', async () => {
    const { id } = await pages.create({ orgId: 'acme' });
    const foreign = pages.within({ orgId: 'other' });
    for (const more of [{ filter: undefined }, { filter: {} }, { pk: `PAGE@${id}` }, { index: 'GSI2' }]) {
      expect(await foreign.versionsOf(id, more as never)).toEqual({ items: [] });
    }
    expect((await pages.versionsOf('nobody', { pk: `PAGE@${id}` } as never)).items).toEqual([]);
  });

  it('takes the cursor of the same entity, scope and order only', async () => {
    const ids = ['one', 'two'];
    for (const id of ids) {
      await pages.create({ orgId: 'acme' }, { id });
      await pages.update(id, { title: 'a' });
    }
    const own = pages.within({ orgId: 'acme' });
    const { cursor, items } = await own.versionsOf('one', { limit: 1 });
    expect(items).toMatchObject([{ version: 2 }]);
    expect((await own.versionsOf('one', { cursor })).items).toMatchObject([{ version: 1 }]);
    for (const attempt of [
      () => own.versionsOf('two', { cursor }),
      () => own.versionsOf('one', { cursor, order: 'asc' }),
      () => pages.versionsOf('one', { cursor }),
      () => pages.within({ orgId: 'other' }).versionsOf('one', { cursor }),
    ])
      await expect(attempt()).rejects.toMatchObject({ name: 'InvalidCursorError' });
  });

  it('within a scope lists the life of an id that another tenant had too', async () => {
    const [acme, other] = [pages.within({ orgId: 'acme' }), pages.within({ orgId: 'other' })];
    await acme.create({ title: 'mine' }, { id: 'shared' });
    await acme.delete('shared');
    await new Promise((resolve) => setTimeout(resolve, 2)); // a life of its own
    await other.create({ title: 'theirs' }, { id: 'shared' });
    await other.delete('shared');
    const titles = async (model: Pick<PageModel, 'versionsOf'>) =>
      (await model.versionsOf('shared')).items.map(({ entity }) => entity?.title);
    expect([await titles(acme), await titles(other)]).toEqual([
      [undefined, 'mine'],
      [undefined, 'theirs'],
    ]);
    expect(await acme.revert('shared', 1)).toMatchObject({ title: 'mine', orgId: 'acme', version: 1 });
    expect(await other.revert('shared', 1)).toBeNull();
  });
});

describe('revert', () => {
  it('with an expected version does not create what was deleted', async () => {
    const { id } = await pages.create({ title: 'a' });
    await pages.update(id, { title: 'b' });
    await pages.delete(id);
    expect(await pages.revert(id, 1, { expectedVersion: 2 })).toBeNull();
    expect(await pages.getById(id, { consistent: true })).toBeNull();
    expect(await pages.revert(id, 1)).toMatchObject({ title: 'a', version: 1 });
  });
});
