import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { type NewItem, type Page, type Scoped, snapshot, transact } from '../src/index.js';
import { type Shape, TicketModel } from './models.js';
import { faultyTable } from './raw-table.js';
import { type Doc, DocModel, type Docs, outcomeOf, type Variant, variants } from './tenants.js';

type Table = Awaited<ReturnType<typeof faultyTable>>;
let made: Table;
let count = 0;
const newRef = () => `scope${String(++count).padStart(4, '0')}`;
const newDoc = () => {
  const ref = newRef();
  return { ref, key: ref, slug: ref };
};
beforeAll(async () => {
  made = await faultyTable();
});
/** The model of a variant, and two tenants; `others` reaches the engine past the faults. */
function tenants(variant: Variant) {
  const model = new DocModel(made.table, variant);
  const others = new DocModel(made.honest, variant);
  return { model, others, a: model.within({ orgId: 'a' }), b: model.within({ orgId: 'b' }) };
}
async function requestsOf(work: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = { ...made.faults.counts };
  await work();
  const during = Object.entries(made.faults.counts).map(([name, n]) => [name, n - (before[name] ?? 0)] as const);
  return Object.fromEntries(during.filter(([, n]) => n > 0));
}
const absent = 'EntityNotFoundError';
const outside = (attribute: string) => ({ name: 'InvalidItemError', attribute, reason: 'outside the scope' });

describe('the types of a scoped model', () => {
  it('leave its attributes out of what is created and changed, and have no method of the subclass', () => {
    const model = new DocModel(made.table, 'blind');
    const a = model.within({ orgId: 'a' });
    expectTypeOf(a).toEqualTypeOf<Scoped<Doc, 'orgId'>>();
    expectTypeOf<Parameters<Docs['create']>[0]>().toEqualTypeOf<Omit<NewItem<Doc>, 'orgId'>>();
    expectTypeOf(a.getById('x')).resolves.toEqualTypeOf<Doc | null>();
    expectTypeOf(a.within({ key: 'k' })).toEqualTypeOf<Scoped<Doc, 'orgId' | 'key'>>();
    expectTypeOf(a.query({ index: 'GSI1', pk: 'x' })).resolves.toEqualTypeOf<Page<Doc>>();
    const wrong = () => {
      // @ts-expect-error another scope
      a.create({ ref: 'x', key: 'x', orgId: 'b' });
      // @ts-expect-error the scope does not change
      a.update('x', { orgId: 'b' });
      // @ts-expect-error nor in a transaction
      a.updating('x', { orgId: 'b' });
      // @ts-expect-error a method of the subclass
      a.variant;
      // @ts-expect-error only subclasses see it
      a.setGSIKeys;
      // @ts-expect-error everything is no scope
      model.within({});
      // @ts-expect-error no attribute
      model.within({ orgId: 'a', tenant: 'a' });
      // @ts-expect-error managed
      model.within({ version: 1 });
      // @ts-expect-error no text
      model.within({ orgId: undefined });
      // @ts-expect-error another type
      model.within({ orgId: 1 });
    };
    expect(wrong).toBeTypeOf('function');
    expectTypeOf<Parameters<Scoped<Shape, 'kind'>['create']>[0]>().toEqualTypeOf<
      | Omit<NewItem<Extract<Shape, { kind: 'circle' }>>, 'kind'>
      | Omit<NewItem<Extract<Shape, { kind: 'square' }>>, 'kind'>
    >();
  });
});

describe('a scope', () => {
  it.each<[string, unknown, object]>([
    ['nothing', {}, { name: 'TypeError' }],
    ['undefined', undefined, { name: 'TypeError' }],
    ['an absent value', { orgId: undefined }, { name: 'TypeError' }],
    ['null', { orgId: null }, { name: 'TypeError' }],
    ['a list', { orgId: ['a'] }, { name: 'TypeError' }],
    ['NaN', { count: Number.NaN }, { name: 'InvalidItemError' }],
    ['an id', { id: 'x' }, { name: 'InvalidItemError', reason: 'managed attribute' }],
    ['an index key', { pk1: 'x' }, { name: 'InvalidItemError', reason: 'managed attribute' }],
  ])('is not %s', (_, scope, error) => {
    const model = new DocModel(made.table, 'blind');
    expect(() => model.within(scope as { orgId: string })).toThrow(expect.objectContaining(error));
  });

  it('has the stored form of its values', async () => {
    class Lower extends DocModel {
      protected override normalise<D extends Partial<NewItem<Doc>>>(data: D): D {
        return data.orgId === undefined ? data : { ...data, orgId: data.orgId.toLowerCase() };
      }
    }
    const model = new Lower(made.table, 'blind');
    const { id } = await model.within({ orgId: 'ACME' }).create(newDoc());
    expect(await model.within({ orgId: 'Acme' }).getById(id)).toMatchObject({ orgId: 'acme' });
  });

  it('can be narrowed, and neither left nor widened', async () => {
    const { model, a } = tenants('blind');
    const [one, two] = [await a.create(newDoc()), await a.create(newDoc())];
    const narrow = a.within({ key: one.key });
    expect(await narrow.getByIds([one.id, two.id])).toMatchObject([{ id: one.id }, null]);
    expect(() => a.within({ orgId: 'b' })).toThrow(expect.objectContaining(outside('orgId')));
    expect(await a.within({ orgId: 'a', key: two.key }).getById(two.id)).not.toBeNull();
    expect(await model.within({ key: one.key, orgId: 'b' }).getById(one.id)).toBeNull();
  });

  it('takes numbers, and needs the attribute to be there', async () => {
    const tickets = new TicketModel(made.table);
    const { id } = await tickets.create({ ref: newRef() });
    expect(await tickets.within({ title: 'x' }).getById(id)).toBeNull();
    const model = new DocModel(made.table, 'blind');
    const seven = model.within({ count: 7 });
    const { id: ofSeven } = await seven.create({ ...newDoc(), orgId: 'a' });
    expect(await seven.getById(ofSeven)).toMatchObject({ count: 7 });
    await expect(seven.update(ofSeven, {}, { increment: { count: 1 } })).rejects.toMatchObject(outside('count'));
    expect(await model.within({ count: 8 }).getById(ofSeven)).toBeNull();
  });

  it('supplies its attributes to keys and ids', async () => {
    const { a } = tenants('blind');
    const doc = newDoc();
    await a.create(doc);
    expect((await a.query({ index: 'GSI1', of: { key: doc.key } })).items).toMatchObject([
      { orgId: 'a', key: doc.key },
    ]);
    expect(await a.newId(doc)).toBe(doc.ref);
  });
});

describe.each(variants)('within a scope, a model that is %s', (variant) => {
  const ofB = async () => tenants(variant).b.create(newDoc());

  it('creates entities of the scope, and no others', async () => {
    const { a, model } = tenants(variant);
    const other = { ...newDoc(), orgId: 'b' };
    expect(await a.create(newDoc())).toMatchObject({ orgId: 'a' });
    expect(await a.create({ ...newDoc(), orgId: 'a' } as never)).toMatchObject({ orgId: 'a' });
    await expect(a.create(other)).rejects.toMatchObject(outside('orgId'));
    await expect(a.upsert(other.ref, other)).rejects.toMatchObject(outside('orgId'));
    await expect(transact([a.creating(other)])).rejects.toMatchObject({ cause: outside('orgId') });
    const { success, failed } = await a.batchCreate([newDoc(), other]);
    expect(success).toMatchObject([{ orgId: 'a' }]);
    expect(failed).toMatchObject([{ index: 1, error: outside('orgId') }]);
    expect(await model.getById(other.ref)).toBeNull();
  });

  it('never changes the scope of an entity', async () => {
    const { a } = tenants(variant);
    const { id } = await a.create(newDoc());
    for (const orgId of ['b', null]) {
      await expect(a.update(id, { orgId } as object)).rejects.toMatchObject(outside('orgId'));
      const part = transact([a.updating(id, { orgId } as object, { returns: 'none' })]);
      await expect(part).rejects.toMatchObject({ cause: outside('orgId') });
    }
    expect(await a.update(id, { orgId: 'a', title: 'x' } as object)).toMatchObject({ orgId: 'a', title: 'x' });
  });

  it('rejects an upsert under an id of another scope, at once', async () => {
    const { a } = tenants(variant);
    const { id, version } = await ofB();
    const taken = { name: 'UniqueConstraintError', attribute: 'id', value: id };
    await expect(a.upsert(id, { ref: id, key: id })).rejects.toMatchObject(taken);
    expect(await tenants(variant).b.getById(id)).toMatchObject({ version });
  });

  const causeOf = ({ cause }: Error) => (cause as Error).name;
  const inTransaction = variant === 'keeping' ? 'TransactWriteItems' : undefined;
  const single = (operation: string) => (variant === 'claiming' ? 'TransactWriteItems' : (inTransaction ?? operation));
  it.each<[string, string, (a: Docs, id: string, own: string) => Promise<unknown>, unknown]>([
    ['update', single('UpdateItem'), (a, id) => a.update(id, { title: 'x', slug: `${id}-x` }), null],
    ['increment', inTransaction ?? 'UpdateItem', (a, id) => a.update(id, {}, { increment: { count: 1 } }), null],
    ['delete', single('DeleteItem'), (a, id) => a.delete(id), false],
    ['batchDelete', 'TransactWriteItems', async (a, id) => (await a.batchDelete([id])).failed, []],
    ['deleting', 'TransactWriteItems', (a, id) => transact([a.deleting(id)]), [false]],
    ['updating', 'TransactWriteItems', (a, id) => transact([a.updating(id, { title: 'x' })]).catch(causeOf), absent],
    ['updating nothing', 'TransactWriteItems', (a, id) => transact([a.updating(id, {})]).catch(causeOf), absent],
    ['checking', 'TransactWriteItems', (a, id) => transact([a.checking(id)]).catch(causeOf), absent],
  ])('decides by the condition of the write, not by a read before it: %s', async (_, operation, work, result) => {
    const { a, others } = tenants(variant);
    const [{ id }, own] = [await a.create(newDoc()), await a.create(newDoc())];
    made.gate.before(operation, 1, () => others.update(id, { orgId: 'b', title: 'moved' }));
    expect(await work(a, id, own.id)).toEqual(result);
    expect(await others.getById(id, { consistent: true })).toMatchObject({ orgId: 'b', title: 'moved', version: 2 });
  });

  it('deletes an entity that comes into the scope before the transaction that found none', async () => {
    const { a, b, others } = tenants(variant);
    const { id } = await b.create(newDoc());
    made.gate.before('TransactWriteItems', 1, () => others.update(id, { orgId: 'a' }));
    expect(await transact([a.deleting(id)])).toEqual([true]);
    expect(await others.getById(id, { consistent: true })).toBeNull();
  });

  it('deletes many in transactions, and only its own', async () => {
    const { a, b } = tenants(variant);
    const ids = (await a.batchCreate(Array.from({ length: 12 }, newDoc))).success.map(({ id }) => id);
    const foreign = (await b.batchCreate([newDoc(), newDoc()])).success.map(({ id }) => id);
    const all = [...ids, ...foreign, newRef()];
    let result: unknown;
    const sent = await requestsOf(async () => {
      result = await a.batchDelete(all);
    });
    expect(result).toEqual({ success: all, failed: [] });
    expect(sent.BatchExecuteStatement).toBeUndefined();
    expect(await a.getByIds(ids, { consistent: true })).toEqual(ids.map(() => null));
    expect((await b.getByIds(foreign, { consistent: true })).every(Boolean)).toBe(true);
  });

  it('reads its own in a snapshot and in projections', async () => {
    const { a, b, model } = tenants(variant);
    const [own, foreign] = [await a.create({ ...newDoc(), title: 'own' }), await b.create({ ...newDoc(), title: 'x' })];
    expect(await snapshot([a.getting(own.id), a.getting(foreign.id), model.getting(foreign.id)])).toMatchObject([
      { title: 'own' },
      null,
      { title: 'x' },
    ]);
    expect(await a.getById(own.id, { attributes: ['title'] })).toEqual({ id: own.id, title: 'own' });
    expect(await a.getById(foreign.id, { attributes: ['title'] })).toBeNull();
    expect(await a.getByIds([own.id, foreign.id], { attributes: ['title'] })).toEqual([
      { id: own.id, title: 'own' },
      null,
    ]);
  });
});

describe('within a scope, a lost answer', () => {
  it.each<[string, (a: Docs, id: string) => Promise<unknown>]>([
    ['UpdateItem', (a, id) => a.update(id, { title: 'x' })],
    ['DeleteItem', (a, id) => a.delete(id)],
    ['TransactWriteItems', (a, id) => a.batchDelete([id])],
  ])(
    'to %s has the same end for an entity of others as for none, and its attempt changes nothing later',
    async (operation, work) => {
      const { a, b } = tenants('blind');
      const told = async (id: string) => {
        const deliver = made.gate.hold(operation);
        const outcome = await outcomeOf(() => work(a, id));
        await deliver();
        return outcome.replaceAll(id, 'ID');
      };
      const { id } = await b.create(newDoc());
      expect(await told(id)).toBe(await told(newRef()));
      expect(await b.getById(id, { consistent: true })).toMatchObject({ id, version: 1 });
    },
  );
});

describe('unique values', () => {
  it('are unique over all scopes, unless the scope is a part of them', async () => {
    const { a, b } = tenants('claiming');
    const doc = newDoc();
    const { id } = await a.create(doc);
    const held = { name: 'UniqueConstraintError', attribute: 'slug', value: doc.slug };
    await expect(b.create({ ...newDoc(), slug: doc.slug })).rejects.toMatchObject(held);
    const other = await b.create({ ...newDoc(), key: doc.key });
    await expect(b.update(other.id, { slug: doc.slug })).rejects.toMatchObject(held);
    expect(await b.getByUnique('slug', doc.slug)).toBeNull();
    expect(await b.getByUnique({ orgId: 'a', key: doc.key })).toBeNull();
    expect(await b.getByUnique({ orgId: 'b', key: doc.key })).toMatchObject({ id: other.id });
    expect(await a.getByUnique('slug', doc.slug)).toMatchObject({ id });
  });

  it('of an expired entity are free, of whatever scope it is', async () => {
    const { a, b } = tenants('claiming');
    const doc = newDoc();
    await b.create({ ...doc, expiresAt: 1 });
    expect(await a.create(doc)).toMatchObject({ id: doc.ref, orgId: 'a', version: 1 });
    expect(await b.getById(doc.ref)).toBeNull();
  });
});
