import { beforeAll, describe, expect, it } from 'vitest';
import { type FreshTable, freshTable } from '../../../test/fresh-table.js';
import { type Account, AccountModel, PlainModel, ProductDynamoModel, ShapeModel, TicketModel } from './models.js';
import { rawTable } from './raw-table.js';

let table: FreshTable;
let raw: ReturnType<typeof rawTable>;
beforeAll(async () => {
  table = await freshTable();
  raw = rawTable(table);
});
let count = 0;
const unique = () => `n${++count}`;
const timestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describe('a model by the recipe, as it is written', () => {
  it('creates, reads, changes, finds by index, and deletes', async () => {
    const products = new ProductDynamoModel(table);
    const lamp = await products.create({ name: 'Lamp', price: 10 });
    expect(lamp).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      name: 'Lamp',
      price: 10,
      version: 1,
      createdAt: expect.stringMatching(timestamp),
    });
    expect(await products.getById(lamp.id)).toEqual(lamp);
    const dimmed = await products.update(lamp.id, { price: 9, note: 'dimmed' });
    expect(dimmed).toEqual({
      ...lamp,
      price: 9,
      note: 'dimmed',
      version: 2,
      updatedAt: expect.stringMatching(timestamp),
    });
    await products.update(lamp.id, { name: 'Torch', note: null });
    const byName = (name: string) => products.query({ index: 'GSI1', pk: 'PRODUCT', sk: { eq: `NAME#${name}` } });
    expect((await byName('Lamp')).items).toEqual([]);
    expect((await byName('Torch')).items).toEqual([
      { ...dimmed, name: 'Torch', note: undefined, version: 3, updatedAt: expect.any(String) },
    ]);
    expect(await products.delete(lamp.id)).toBe(true);
    expect(await products.delete(lamp.id)).toBe(false);
    expect(await products.getById(lamp.id)).toBeNull();
  });
});

describe('ids', () => {
  it('are stored with the prefix, given back without, and taken either way', async () => {
    const tickets = new TicketModel(table);
    const [bare, prefixed] = [unique(), unique()];
    expect((await tickets.create({ ref: bare })).id).toBe(bare);
    expect((await tickets.create({ ref: `TICKET#${prefixed}` })).id).toBe(prefixed);
    for (const id of [bare, prefixed]) {
      expect(await raw.get(`TICKET#${id}`)).toBeDefined();
      expect((await tickets.getById(id))?.id).toBe(id);
      expect((await tickets.getById(`TICKET#${id}`))?.id).toBe(id);
      expect((await tickets.update(`TICKET#${id}`, { title: 'x' }))?.id).toBe(id);
      expect(await tickets.delete(`TICKET#${id}`)).toBe(true);
    }
  });

  it.each(['TICKETS#1', 'ticket#1', 'TICKET1', 'USER#1', '#', 'a#b', 'Jürgen 😀', ' '])(
    'may be %j, which has no prefix',
    async (ref) => {
      const tickets = new TicketModel(table);
      await tickets.create({ ref });
      expect((await raw.get(`TICKET#${ref}`))?.id).toBe(`TICKET#${ref}`);
      expect((await tickets.getById(ref))?.id).toBe(ref);
    },
  );

  it('lose the prefix once', async () => {
    const tickets = new TicketModel(table);
    expect((await tickets.create({ ref: 'TICKET#TICKET#1' })).id).toBe('TICKET#1');
    expect((await raw.get('TICKET#TICKET#1'))?.ref).toBe('TICKET#TICKET#1');
    expect(await tickets.delete('TICKET#TICKET#1')).toBe(true);
  });

  it('that no item can have read as nothing, and are rejected when they are to be made', async () => {
    const tickets = new TicketModel(table);
    for (const id of ['', 'TICKET#', 'x'.repeat(2042), 'ä'.repeat(1021)]) {
      expect(await tickets.getById(id)).toBeNull();
      expect(await tickets.getByIds([id, id])).toEqual([null, null]);
      expect(await tickets.update(id, { title: 'x' }, { expectedVersion: 3 })).toBeNull();
      expect(await tickets.delete(id, { expectedVersion: 3 })).toBe(false);
      await expect(tickets.create({ ref: id })).rejects.toMatchObject({ name: 'InvalidItemError', attribute: 'id' });
    }
    const longest = 'x'.repeat(2041);
    expect((await tickets.create({ ref: longest })).id).toBe(longest);
  });

  it('of another entity find nothing', async () => {
    const product = await new ProductDynamoModel(table).create({ name: 'x', price: 1 });
    const plain = new PlainModel(table);
    expect(await plain.getById(`PRODUCT#${product.id}`)).toBeNull();
    expect(await plain.delete(`PRODUCT#${product.id}`)).toBe(false);
    expect(await plain.getById('UNIQUE#')).toBeNull();
  });

  it('that are taken already are rejected, and what is there stays', async () => {
    const tickets = new TicketModel(table);
    const ref = unique();
    await tickets.create({ ref, title: 'first' });
    await expect(tickets.create({ ref, title: 'second' })).rejects.toMatchObject({
      name: 'UniqueConstraintError',
      attribute: 'id',
      value: ref,
    });
    expect((await tickets.getById(ref))?.title).toBe('first');
  });
});

describe('answers', () => {
  it('hold no keys, no prefix and nothing internal, whichever method gives them', async () => {
    const accounts = new AccountModel(table);
    const made = await accounts.create({ email: `${unique()}@example.com`, name: 'Ann' });
    const query = { index: 'GSI1', pk: 'ACCOUNT', sk: { eq: `EMAIL#${made.email}` } } as const;
    const changed = await accounts.update(made.id, { email: `${unique()}@example.com`, name: 'Bea' });
    const answers = [
      made,
      changed,
      await accounts.getById(made.id),
      ...(await accounts.getByIds([made.id])),
      await accounts.getByUnique('email', changed?.email ?? ''),
      ...(await accounts.query({ ...query, sk: { eq: `EMAIL#${changed?.email}` } })).items,
      ...(await accounts.scanAll()).filter(({ id }) => id === made.id),
      await accounts.update(made.id, {}),
      await accounts.update(made.id, { name: 'Cleo' }),
    ];
    expect(answers).toHaveLength(9);
    for (const answer of answers) {
      expect(
        Object.keys(answer ?? {})
          .filter((name) => name !== 'updatedAt')
          .sort(),
      ).toEqual(['createdAt', 'email', 'id', 'name', 'version']);
      expect(answer?.id).toBe(made.id);
    }
  });
});

describe('index keys', () => {
  const keysOf = async (id: string) => {
    const item = await raw.get(id);
    return { pk1: item?.pk1, sk1: item?.sk1, pk2: item?.pk2, sk2: item?.sk2 };
  };

  it('of an absent attribute are not there, come with it and go with it', async () => {
    const tickets = new TicketModel(table);
    const ref = unique();
    const { createdAt } = await tickets.create({ ref });
    expect(await keysOf(`TICKET#${ref}`)).toEqual({ pk2: 'TICKET', sk2: `CHANGED#${createdAt}` });
    const assigned = await tickets.update(ref, { assignee: 'undefined' });
    const moved = { pk2: 'TICKET', sk2: `CHANGED#${assigned?.updatedAt}` };
    expect(await keysOf(`TICKET#${ref}`)).toEqual({ pk1: 'TICKET', sk1: 'ASSIGNEE#undefined', ...moved });
    const freed = await tickets.update(ref, { assignee: null });
    expect(await keysOf(`TICKET#${ref}`)).toEqual({ pk2: 'TICKET', sk2: `CHANGED#${freed?.updatedAt}` });
    expect(freed).not.toHaveProperty('assignee');
  });

  it('that use updatedAt move with every update', async () => {
    const tickets = new TicketModel(table);
    const ref = unique();
    await tickets.create({ ref });
    const changed = await tickets.update(ref, { title: 'plain' });
    expect((await keysOf(`TICKET#${ref}`)).sk2).toBe(`CHANGED#${changed?.updatedAt}`);
  });

  it('that are stale in the table are put right and removed by an update', async () => {
    const products = new ProductDynamoModel(table);
    const ref = unique();
    await raw.put({ id: `PRODUCT#${ref}`, name: 'Old', price: 1, pk1: 'X', sk1: 'Y', pk2: 'X', sk2: 'Y' });
    await products.update(ref, { price: 2 });
    expect(await keysOf(`PRODUCT#${ref}`)).toEqual({ pk1: 'PRODUCT', sk1: 'NAME#Old' });
  });

  it('that read what is not declared reject every write, by name, and nothing is written', async () => {
    class Forgetful extends AccountModel {
      protected override indexedAttributes(): readonly (keyof Account & string)[] {
        return ['name'];
      }
    }
    const forgetful = new Forgetful(table);
    const email = `${unique()}@example.com`;
    await expect(forgetful.create({ email, name: 'x' })).rejects.toThrow(/setGSIKeys reads email/);
    const { id } = await new AccountModel(table).create({ email, name: 'x' });
    await expect(forgetful.update(id, { note: 'y' })).rejects.toThrow(/setGSIKeys reads email/);
    await expect(forgetful.update(id, { email: 'z' })).rejects.toThrow(/setGSIKeys reads email/);
    expect(await raw.get(`ACCOUNT#${id}`)).toMatchObject({ version: 1, email });
  });

  it('may be those of a union', async () => {
    const shapes = new ShapeModel(table);
    const circle = await shapes.create({ kind: 'circle', radius: 2 });
    expect(await keysOf(`SHAPE#${circle.id}`)).toMatchObject({ sk1: 'CIRCLE#2' });
    const { items } = await shapes.query({ index: 'GSI1', pk: 'SHAPE' });
    expect(items.map((shape) => (shape.kind === 'circle' ? shape.radius : shape.side))).toEqual([2]);
  });
});

describe('update', () => {
  it('leaves what is undefined and removes what is null', async () => {
    const plain = new PlainModel(table);
    const ref = unique();
    await plain.create({ ref, title: 'a', text: 'b' });
    const changed = await plain.update(ref, { title: undefined, text: null, assignee: 'c' });
    expect(changed).toEqual({
      id: ref,
      ref,
      title: 'a',
      assignee: 'c',
      version: 2,
      createdAt: expect.any(String),
      updatedAt: expect.stringMatching(timestamp),
    });
    expect(await plain.getById(ref)).toEqual(changed);
  });

  it.each(['id', 'createdAt', 'updatedAt', 'version', 'pk1', 'sk2', 'pk7', '_writeId'])(
    'rejects a change of %s, before anything is sent',
    async (name) => {
      const elsewhere = new PlainModel({ ...table, tableName: 'no-such-table' });
      const refusal = { name: 'InvalidItemError', attribute: name, reason: 'managed attribute' };
      await expect(elsewhere.update('a', { [name]: 'x' })).rejects.toMatchObject(refusal);
      await expect(elsewhere.create({ ref: 'a', [name]: 'x' } as never)).rejects.toMatchObject(refusal);
    },
  );

  it('counts versions and holds to the expected one, with claims and without', async () => {
    const plain = new PlainModel(table);
    const accounts = new AccountModel(table);
    const ref = unique();
    await plain.create({ ref });
    const { id } = await accounts.create({ email: `${unique()}@example.com`, name: 'x' });
    const conflict = (expectedVersion: number, actualVersion: number) => ({
      name: 'VersionConflictError',
      code: 'VERSION_CONFLICT',
      expectedVersion,
      actualVersion,
    });
    expect(await plain.update(ref, { title: 'a' }, { expectedVersion: 1 })).toMatchObject({ version: 2 });
    await expect(plain.update(ref, { title: 'b' }, { expectedVersion: 1 })).rejects.toMatchObject(conflict(1, 2));
    await expect(plain.update(ref, {}, { expectedVersion: 1 })).rejects.toMatchObject(conflict(1, 2));
    await expect(plain.delete(ref, { expectedVersion: 1 })).rejects.toMatchObject(conflict(1, 2));
    expect(await plain.delete(ref, { expectedVersion: 2 })).toBe(true);

    const email = `${unique()}@example.com`;
    expect(await accounts.update(id, { email }, { expectedVersion: 1 })).toMatchObject({ version: 2, email });
    await expect(accounts.update(id, { email: 'new' }, { expectedVersion: 1 })).rejects.toMatchObject(conflict(1, 2));
    await expect(accounts.update(id, { note: 'x' }, { expectedVersion: 9 })).rejects.toMatchObject(conflict(9, 2));
    await expect(accounts.delete(id, { expectedVersion: 3 })).rejects.toMatchObject(conflict(3, 2));
    expect(await accounts.delete(id, { expectedVersion: 2 })).toBe(true);
  });

  it.each([Number.NaN, null, 1.5, '1'])('rejects %j for a version, before anything is sent', async (version) => {
    const options = { expectedVersion: version as number };
    for (const model of [new PlainModel(table), new AccountModel(table)] as PlainModel[]) {
      await expect(model.update('any', { title: 'x' }, options)).rejects.toThrow('it takes a whole number');
      await expect(model.delete('any', options)).rejects.toThrow('it takes a whole number');
    }
  });

  it('stores no name that JavaScript takes for a prototype, and reads none', async () => {
    const plain = new PlainModel(table);
    const named = JSON.parse(`{"ref":"${unique()}","__proto__":{"admin":true}}`);
    const refusal = { name: 'InvalidItemError', attribute: '__proto__', reason: 'reserved name' };
    await expect(plain.create(named)).rejects.toMatchObject(refusal);
    await expect(plain.update('any', named)).rejects.toMatchObject(refusal);
  });

  it('answers null for a missing id and makes nothing, even with an expected version', async () => {
    const plain = new PlainModel(table);
    const accounts = new AccountModel(table);
    const products = new ProductDynamoModel(table);
    for (const options of [{}, { expectedVersion: 0 }, { expectedVersion: 4 }]) {
      expect(await plain.update('missing', { title: 'x' }, options)).toBeNull();
      expect(await plain.update('missing', {}, options)).toBeNull();
      expect(await plain.delete('missing', options)).toBe(false);
      expect(await accounts.update('missing', { name: 'x' }, options)).toBeNull();
      expect(await accounts.update('missing', { email: 'x' }, options)).toBeNull();
      expect(await accounts.delete('missing', options)).toBe(false);
      expect(await products.update('missing', { price: 1 }, options)).toBeNull();
    }
    expect((await raw.items()).filter(({ id }) => id.includes('missing'))).toEqual([]);
  });

  it('reads only when nothing changes', async () => {
    const plain = new PlainModel(table);
    const ref = unique();
    const made = await plain.create({ ref });
    expect(await plain.update(ref, { title: undefined }, { expectedVersion: 1 })).toEqual(made);
    expect(await raw.get(`PLAIN#${ref}`)).toMatchObject({ version: 1 });
  });

  it('counts an item without a version as version 0', async () => {
    const old = (id: string) => raw.put({ id, ref: 'r', email: `${id}@example.com`, name: 'Old', createdAt: 'then' });
    const plain = new PlainModel(table);
    const accounts = new AccountModel(table);
    await old('PLAIN#old');
    await old('ACCOUNT#old');
    expect(await plain.getById('old')).toMatchObject({ version: 0, createdAt: 'then' });
    await expect(plain.update('old', { title: 'x' }, { expectedVersion: 1 })).rejects.toMatchObject({
      actualVersion: 0,
    });
    expect(await plain.update('old', { title: 'x' }, { expectedVersion: 0 })).toMatchObject({ version: 1 });
    expect(await accounts.update('old', { email: 'New@example.com' }, { expectedVersion: 0 })).toMatchObject({
      version: 1,
    });
    expect(await raw.get('UNIQUE#ACCOUNT#email#new@example.com')).toEqual({
      id: 'UNIQUE#ACCOUNT#email#new@example.com',
      ownerId: 'ACCOUNT#old',
    });
    await old('ACCOUNT#older');
    expect(await accounts.delete('older', { expectedVersion: 0 })).toBe(true);
    await old('PLAIN#older');
    expect(await plain.update('older', { title: 'x' })).toMatchObject({ version: 1 });
  });

  it('lets each of twenty racing updates count once, keys recomputed or not', async () => {
    const products = new ProductDynamoModel(table);
    const plain = new PlainModel(table);
    const { id } = await products.create({ name: 'Race', price: 0 });
    const ref = unique();
    await plain.create({ ref });
    const patient = { deadlineMs: 60_000 }; // the machine may be busy with something else
    await Promise.all(Array.from({ length: 20 }, (_, i) => plain.update(ref, { title: `t${i}` }, patient)));
    await Promise.all(Array.from({ length: 20 }, (_, i) => products.update(id, { name: `Race ${i}` }, patient)));
    expect(await plain.getById(ref, { consistent: true })).toMatchObject({ version: 21 });
    const raced = await products.getById(id, { consistent: true });
    expect(raced?.version).toBe(21);
    expect(await keysOfProduct(id)).toBe(`NAME#${raced?.name}`);
  });
  const keysOfProduct = async (id: string) => (await raw.get(`PRODUCT#${id}`))?.sk1;

  it('lets one of ten racing updates with the same expected version through', async () => {
    const plain = new PlainModel(table);
    const ref = unique();
    await plain.create({ ref });
    const all = await Promise.allSettled(
      Array.from({ length: 10 }, (_, i) =>
        plain.update(ref, { title: `t${i}` }, { expectedVersion: 1, deadlineMs: 60_000 }),
      ),
    );
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const one of all) {
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ name: 'VersionConflictError' });
    }
  });
});
