import { type AttributeValue, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { transact, type UpdateRules } from '../src/index.js';
import { type Doc, DocModel, KeyedDocModel } from './operator-models.js';
import { claimsOf, faultyTable } from './raw-table.js';

type Rules = UpdateRules<Doc>;
let made: Awaited<ReturnType<typeof faultyTable>>;
let docs: DocModel;
let keyed: KeyedDocModel;
let others: DocModel;
beforeAll(async () => {
  made = await faultyTable();
  docs = new DocModel(made.table);
  keyed = new KeyedDocModel(made.table);
  others = new DocModel(made.honest);
});

/** The requests that `work` sends, by operation, and what it returns. */
async function sent<R>(work: () => Promise<R>): Promise<[R, Record<string, number>]> {
  const before = { ...made.faults.counts };
  const result = await work();
  const during = Object.entries(made.faults.counts).map(([name, n]) => [name, n - (before[name] ?? 0)] as const);
  return [result, Object.fromEntries(during.filter(([, n]) => n > 0))];
}
const newDoc = async (data: object = {}) => (await others.create(data as Doc)).id;
const stored = (id: string) => others.getById(id, { consistent: true });
const invalid = (attribute: string, reason: string) => ({ name: 'InvalidItemError', attribute, reason });

describe('an operator', () => {
  const full = {
    count: 1,
    log: ['a'],
    tags: new Set(['a', 'b']),
    marks: new Set([1, 2]),
    blobs: new Set([new Uint8Array([1])]),
    meta: { count: 1, text: 'x', log: [1], deep: { text: 'y' } },
  };

  it.each<[string, Rules, object]>([
    [
      'set',
      { set: { 'meta.text': 'z', 'meta.deep.text': 'z' } },
      { meta: { ...full.meta, text: 'z', deep: { text: 'z' } } },
    ],
    ['set, of a whole attribute', { set: { count: 7 } }, { count: 7 }],
    ['remove', { remove: ['meta.text', 'meta.deep.text'] }, { meta: { count: 1, log: [1], deep: {} } }],
    ['remove, of a whole attribute', { remove: ['count', 'meta'] }, { count: undefined, meta: undefined }],
    ['remove, of what is absent', { remove: ['meta.deep.log', 'meta.deep.count'] }, {}],
    [
      'increment',
      { increment: { count: 2, 'meta.count': -0.5, 'meta.deep.count': 5 } },
      { count: 3, meta: { ...full.meta, count: 0.5, deep: { text: 'y', count: 5 } } },
    ],
    [
      'append',
      { append: { log: [{ b: null }, ['c']], 'meta.log': [2], 'meta.deep.log': ['x'] } },
      { log: ['a', { b: null }, ['c']], meta: { ...full.meta, log: [1, 2], deep: { text: 'y', log: ['x'] } } },
    ],
    [
      'addToSet',
      { addToSet: { tags: ['b', 'c'], marks: new Set([3]), blobs: [new Uint8Array([2])] } },
      { tags: new Set(['a', 'b', 'c']), marks: new Set([1, 2, 3]) },
    ],
    [
      'deleteFromSet',
      { deleteFromSet: { tags: ['b', 'c'], marks: [1] } },
      { tags: new Set(['a']), marks: new Set([2]) },
    ],
    [
      'deleteFromSet, of the last elements',
      { deleteFromSet: { tags: ['a', 'b'], blobs: [new Uint8Array([1])] } },
      { tags: undefined, blobs: undefined },
    ],
  ])('%s works in one request, or where keys are computed anew', async (_, rules, changed) => {
    const id = await newDoc(full);
    const [updated, requests] = await sent(() => docs.update(id, {}, rules));
    expect(requests).toEqual({ UpdateItem: 1 });
    const { tags, marks, blobs, ...rest } = { ...full, ...changed } as Partial<Doc>;
    const expected = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
    const again = (await keyed.create(full)).id;
    for (const result of [
      updated,
      await stored(id),
      await keyed.update(again, {}, rules),
      await keyed.getById(again, { consistent: true }),
    ]) {
      const { id: _, createdAt, updatedAt, version, tags: t, marks: m, blobs: b, ...others } = result as Doc;
      expect(others).toEqual(expected);
      expect([t, m]).toEqual([tags, marks]);
      if (!rules.addToSet) expect(b).toEqual(blobs);
      else expect(b?.size).toBe(2);
      expect([version, typeof updatedAt]).toEqual([2, 'string']);
    }
  });

  it('makes absent and null values from nothing', async () => {
    const rules: Rules = {
      increment: { count: 1 },
      append: { log: ['x'] },
      addToSet: { tags: ['x'], marks: [1] },
      deleteFromSet: { blobs: [new Uint8Array([1])] },
    };
    const expected = { count: 1, log: ['x'], tags: new Set(['x']), marks: new Set([1]), version: 2 };
    for (const model of [docs, keyed]) {
      const { id } = await model.create({});
      const result = await model.update(id, {}, rules);
      expect(result).toMatchObject(expected);
      expect(result).not.toHaveProperty('blobs');
    }
    const id = await newDoc();
    const nulls = { count: null, log: null, tags: null, marks: null, blobs: null };
    await made.raw.put({ ...(await made.raw.get(`DOC#${id}`)), ...nulls, id: `DOC#${id}` });
    const [result, requests] = await sent(() => docs.update(id, {}, rules));
    expect(result).toMatchObject({ ...expected, blobs: null });
    expect(requests).toEqual({ UpdateItem: 2 });
  });

  it('does nothing for no elements, and reads where nothing else is asked', async () => {
    const id = await newDoc();
    const [result, requests] = await sent(() => docs.update(id, {}, { append: { log: [] }, addToSet: { tags: [] } }));
    expect(result).toMatchObject({ version: 1 });
    expect(requests).toEqual({ GetItem: 1 });
  });

  it('goes together with changes, conditions and an expected version', async () => {
    const id = await newDoc({ meta: { count: 1 }, log: [] });
    const rules: Rules = { append: { log: ['x'] }, if: { 'meta.count': 1, log: { size: 0 } } };
    expect(await docs.update(id, { count: 5 }, { ...rules, expectedVersion: 1 })).toMatchObject({
      count: 5,
      log: ['x'],
    });
    const failed = { name: 'ConditionFailedError', attributes: ['meta.count', 'log'] };
    await expect(docs.update(id, { count: 6 }, rules)).rejects.toMatchObject(failed);
    await expect(docs.update(id, {}, { append: { log: ['y'] }, expectedVersion: 1 })).rejects.toThrow('version');
    expect(await stored(id)).toMatchObject({ count: 5, log: ['x'], version: 2 });
    expect(await docs.update('nobody', {}, { append: { log: ['x'] } })).toBeNull();
  });

  it('takes reserved words and names that objects have anyway', async () => {
    const id = await newDoc({ meta: { deep: {} } });
    const set = {
      'meta.name': 1,
      'meta.deep.values': 2,
      'meta.toString': 3,
      'meta.a b#:': 4,
      'hasOwnProperty.size': 5,
    };
    const [result] = await sent(() => docs.update(id, {}, { set } as Rules));
    expect(result).toMatchObject({
      meta: { name: 1, deep: { values: 2 }, toString: 3, 'a b#:': 4 },
      hasOwnProperty: { size: 5 },
    });
  });
});

describe('below an absent or null parent', () => {
  it.each<[string, object, Rules, object]>([
    ['a value is set', {}, { set: { 'meta.text': 'x' } }, { meta: { text: 'x' } }],
    ['a value is set, the parent being null', { meta: null }, { set: { 'meta.text': 'x' } }, { meta: { text: 'x' } }],
    [
      'several values are set',
      {},
      { set: { 'meta.text': 'x', 'meta.deep.text': 'y', 'meta.deep.count': 1 } },
      { meta: { text: 'x', deep: { text: 'y', count: 1 } } },
    ],
    [
      'a value is set beside others',
      { meta: { text: 'x' } },
      { set: { 'meta.deep.deeper.deepest.count': 1 } },
      { meta: { text: 'x', deep: { deeper: { deepest: { count: 1 } } } } },
    ],
    ['a number is counted up', {}, { increment: { 'meta.deep.count': 2 } }, { meta: { deep: { count: 2 } } }],
    [
      'a list begins',
      {},
      { append: { 'meta.log': ['x'] }, set: { 'meta.text': 'y' } },
      { meta: { log: ['x'], text: 'y' } },
    ],
    [
      'nothing is removed, and the rest is done',
      { log: ['a'] },
      { remove: ['meta.text'], append: { log: ['b'] } },
      { log: ['a', 'b'] },
    ],
  ])('%s, with one request more', async (_, data, rules, expected) => {
    const id = await newDoc(data);
    const [result, requests] = await sent(() => docs.update(id, {}, rules));
    expect(result).toMatchObject({ ...expected, version: 2 });
    expect(result).toEqual(await stored(id));
    expect(requests).toEqual({ UpdateItem: 2 });
    const again = (await keyed.create(data)).id;
    expect(await keyed.update(again, {}, rules)).toMatchObject({ ...expected, version: 2 });
  });

  it('nothing is lost that another writer stores there meanwhile', async () => {
    const id = await newDoc();
    made.gate.before('UpdateItem', 2, () => others.update(id, { meta: { count: 1 } }));
    const [result, requests] = await sent(() => docs.update(id, {}, { set: { 'meta.text': 'x' } }));
    expect(result).toMatchObject({ meta: { count: 1, text: 'x' }, version: 3 });
    expect(requests).toEqual({ UpdateItem: 3 });
  });

  it('the conditions hold, and are judged', async () => {
    const id = await newDoc({ count: 1 });
    const rules = (count: number): Rules => ({ set: { 'meta.text': 'x' }, if: { count } });
    await expect(docs.update(id, {}, rules(2))).rejects.toMatchObject({ name: 'ConditionFailedError' });
    expect(await docs.update(id, {}, rules(1))).toMatchObject({ meta: { text: 'x' } });
  });

  it('numbers beside it keep all their digits', async () => {
    const id = await newDoc({ log: [] });
    const count = { N: '1.2345678901234567890123456789012345678' };
    await exactly.set(id, 'meta', { M: { count } });
    await docs.update(id, {}, { set: { 'meta.deep.text': 'x' } });
    expect(await exactly.get(id)).toMatchObject({ meta: { M: { count, deep: { M: { text: { S: 'x' } } } } } });
  });
});

/** Attributes in DynamoDB's own notation, with all digits of numbers. */
const exactly = {
  async get(id: string) {
    const { patient, tableName: TableName } = made.honest;
    const Key = { id: { S: `DOC#${id}` } };
    return (await patient.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }))).Item;
  },
  async set(id: string, name: string, value: AttributeValue) {
    const { patient, tableName: TableName } = made.honest;
    const names = { ExpressionAttributeNames: { '#name': name }, ExpressionAttributeValues: { ':value': value } };
    const Key = { id: { S: `DOC#${id}` } };
    await patient.send(new UpdateItemCommand({ TableName, Key, UpdateExpression: 'SET #name = :value', ...names }));
  },
};

describe('what is of the wrong type', () => {
  it.each<[string, Rules, [string, string]]>([
    ['set below text', { set: { 'title.x': 1 } as never }, ['title.x', 'no object']],
    ['set below a list', { set: { 'log.x': 1 } as never }, ['log.x', 'no object']],
    ['set below a set', { set: { 'tags.x': 1 } as never }, ['tags.x', 'no object']],
    ['set below nested text', { set: { 'meta.text.x': 1 } as never }, ['meta.text.x', 'no object']],
    ['remove below text', { remove: ['meta.text.x' as never] }, ['meta.text.x', 'no object']],
    ['increment of text', { increment: { 'meta.text': 1 } as never }, ['meta.text', 'no counter']],
    ['append to text', { append: { 'meta.text': ['x'] } as never }, ['meta.text', 'no list']],
    ['append to a set', { append: { tags: ['x'] } as never }, ['tags', 'no list']],
    ['addToSet of a list', { addToSet: { log: ['x'] } as never }, ['log', 'no set of this type']],
    ['addToSet of numbers to texts', { addToSet: { tags: [1] } as never }, ['tags', 'no set of this type']],
    ['deleteFromSet of text', { deleteFromSet: { title: ['x'] } as never }, ['title', 'no set of this type']],
    [
      'deleteFromSet of texts from numbers',
      { deleteFromSet: { marks: ['1'] } as never },
      ['marks', 'no set of this type'],
    ],
  ])('is rejected, read before or not: %s', async (_, rules, [attribute, reason]) => {
    const data = { title: 't', log: [1], tags: new Set(['a']), marks: new Set([1]), meta: { text: 'x' } };
    const id = await newDoc(data);
    await expect(docs.update(id, { count: 1 }, rules)).rejects.toMatchObject(invalid(attribute, reason));
    const under = { ...rules, if: { title: 't' } };
    await expect(docs.update(id, { count: 1 }, under)).rejects.toMatchObject(invalid(attribute, reason));
    expect(await stored(id)).toMatchObject({ ...data, version: 1 });
    const again = await keyed.create(data);
    await expect(keyed.update(again.id, { count: 1 }, rules)).rejects.toMatchObject(invalid(attribute, reason));
    const part = transact([docs.updating(id, {}, { ...rules, returns: 'none' })]);
    await expect(part).rejects.toMatchObject({ part: 0, cause: invalid(attribute, reason) });
  });

  it.each<[string, object, object]>([
    ['a managed attribute', { set: { 'pk1.x': 1 } }, invalid('pk1.x', 'managed attribute')],
    ['a managed attribute, to be removed', { remove: ['updatedAt'] }, invalid('updatedAt', 'managed attribute')],
    ['an internal attribute', { append: { _writeId: [1] } }, invalid('_writeId', 'managed attribute')],
    ['an empty name', { set: { 'meta.': 1 } }, invalid('meta.', 'empty name')],
    ['a reserved name', { set: { 'meta.__proto__': 1 } }, invalid('meta.__proto__', 'reserved name')],
    ['the name of a class', { set: { 'meta.constructor': 1 } }, invalid('meta.constructor', 'reserved name')],
    ['half a character', { set: { 'meta.\ud800': 1 } }, { name: 'InvalidItemError', reason: 'invalid Unicode' }],
    ['a Date', { set: { 'meta.at': new Date() } }, invalid('meta.at', 'Date')],
    ['a Date among elements', { append: { log: [{ at: new Date() }] } }, invalid('log[0].at', 'Date')],
    ['elements of two types', { addToSet: { tags: ['a', 1] } }, invalid('tags', 'unsupported type')],
    ['no amount', { increment: { count: '1' } }, invalid('count', 'unsupported type')],
    ['six names', { set: { 'a.b.c.d.e.f': 1 } }, { name: 'TypeError' }],
    ['one element in place of a list', { append: { log: 'x' } }, { name: 'TypeError' }],
    ['a set in place of a list', { append: { log: new Set(['x']) } }, { name: 'TypeError' }],
    ['one path in place of a list', { remove: 'count' }, { name: 'TypeError' }],
    ['a list in place of an object', { set: ['meta'] }, { name: 'TypeError' }],
    ['a nested set', { addToSet: { 'meta.tags': ['x'] } }, { name: 'TypeError' }],
  ])('%s is rejected before sending', async (_, rules, error) => {
    const before = made.faults.requests.length;
    await expect(docs.update('x', {}, rules as Rules)).rejects.toMatchObject(error);
    expect(made.faults.requests).toHaveLength(before);
  });
});

it.each<[string, object, Rules]>([
  ['a change and an operator', { count: 1 }, { increment: { count: 1 } }],
  ['a change and an operator below it', { meta: {} }, { set: { 'meta.text': 'x' } }],
  ['two operators', {}, { set: { 'meta.count': 1 }, increment: { 'meta.count': 1 } }],
  ['two operators on one set', {}, { addToSet: { tags: ['a'] }, deleteFromSet: { tags: ['b'] } }],
  ['an operator and one below it', {}, { remove: ['meta'], append: { 'meta.log': [1] } }],
  ['an operator and one far below it', {}, { set: { 'meta.deep.deeper.deepest.count': 1, 'meta.deep': {} } }],
  ['a removal that is given twice', {}, { remove: ['count', 'count'] }],
  ['a removal that changes have too', { log: null }, { remove: ['log'] }],
])('%s on one value are a TypeError', async (_, changes, rules) => {
  const before = made.faults.requests.length;
  await expect(docs.update('x', changes, rules)).rejects.toThrow(TypeError);
  const part = transact([docs.updating('x', changes, rules)]);
  await expect(part).rejects.toMatchObject({ part: 0, cause: { name: 'TypeError' } });
  expect(made.faults.requests).toHaveLength(before);
});

describe('where keys and claims are concerned', () => {
  it('an operator moves the keys', async () => {
    const { id } = await keyed.create({ log: ['a'], meta: { text: 'x' } });
    await keyed.update(id, {}, { append: { log: ['b'] }, set: { 'meta.text': 'y' }, increment: { count: 2 } });
    expect(await made.raw.get(`KEYEDDOC#${id}`)).toMatchObject({ sk1: 'TEXT#y', sk2: 'LOG#2#2' });
    await keyed.update(id, {}, { remove: ['meta.text', 'log'] });
    const raw = await made.raw.get(`KEYEDDOC#${id}`);
    expect(raw).toMatchObject({ sk1: 'TEXT#none', sk2: 'LOG#0#2' });
  });

  it('a removal releases the claim, and a value that is set acquires one', async () => {
    const id = await newDoc({ code: `a${Date.now()}`, log: [] });
    const code = `b${Date.now()}`;
    await docs.update(id, {}, { set: { code }, append: { log: ['x'] } });
    expect(await claimsOf(made.raw, 'DOC')).toMatchObject({ [`code#${code}`]: `DOC#${id}` });
    expect(await docs.update(id, {}, { remove: ['code'], append: { log: ['y'] } })).toMatchObject({ log: ['x', 'y'] });
    expect(await claimsOf(made.raw, 'DOC')).not.toHaveProperty(`code#${code}`);
    await expect(docs.update(id, {}, { set: { code: '' } })).rejects.toMatchObject(invalid('code', 'empty value'));
  });
});

describe('in a transaction', () => {
  it('an operator works, returns nothing where nothing is read, and makes absent parents', async () => {
    const [first, second] = [await newDoc({ meta: {} }), await newDoc()];
    const rules: Rules = { append: { 'meta.log': ['x'] }, addToSet: { tags: ['x'] } };
    const [, requests] = await sent(() => transact([docs.updating(first, {}, { ...rules, returns: 'none' })]));
    expect(requests).toEqual({ TransactWriteItems: 1 });
    const [[one, other]] = await sent(() =>
      transact([docs.updating(first, {}, rules), docs.updating(second, {}, { ...rules, returns: 'none' })]),
    );
    expect([one, other]).toMatchObject([{ meta: { log: ['x', 'x'] } }, undefined]);
    expect(await stored(first)).toEqual(one);
    expect(await stored(second)).toMatchObject({ meta: { log: ['x'] }, tags: new Set(['x']), version: 2 });
  });

  it('options are those at the time of the call', async () => {
    const id = await newDoc();
    const log = ['x'];
    const part = docs.updating(id, {}, { append: { log } });
    log.push('y');
    expect(await transact([part])).toMatchObject([{ log: ['x'] }]);
  });
});

it('within a scope an operator works, and never touches an attribute of the scope', async () => {
  const scoped = docs.within({ count: 1 });
  const { id } = await scoped.create({ log: [] });
  expect(await scoped.update(id, {}, { append: { log: ['x'] } })).toMatchObject({ log: ['x'] });
  const outside = invalid('count', 'outside the scope');
  for (const rules of [{ increment: { count: 1 } }, { remove: ['count'] }, { set: { count: 2 } }]) {
    await expect(scoped.update(id, {}, rules as Rules)).rejects.toMatchObject(outside);
  }
  const other = await newDoc({ count: 2, log: [] });
  for (const log of ['log', 'meta.log'])
    expect(await scoped.update(other, {}, { append: { [log]: ['x'] } })).toBeNull();
  expect(await stored(other)).toMatchObject({ log: [], version: 1 });
});

describe('a decimal', () => {
  const exact = '9007199254740990.0000000000000000000001';
  it('is exact to 38 digits, and beyond that rejected, read before or not', async () => {
    const id = await newDoc({ count: Number.MAX_SAFE_INTEGER - 1, meta: {} });
    expect(await docs.update(id, {}, { increment: { count: 1e-22 } })).toMatchObject({ count: 9007199254740990 });
    expect(await exactly.get(id)).toMatchObject({ count: { N: exact } });
    const tooLong = invalid('count', 'over 38 digits');
    for (const changes of [{}, { title: 'x' }]) {
      const update = () => docs.update(id, changes, { increment: { count: 1e-23 } });
      await expect(update()).rejects.toMatchObject(tooLong);
    }
    await exactly.set(id, 'meta', { M: { count: { N: '1e-38' } } });
    const nested = docs.update(id, {}, { increment: { 'meta.count': 1, count: 0 } });
    await expect(nested).rejects.toMatchObject(invalid('meta.count, count', 'over 38 digits'));
    expect(await exactly.get(id)).toMatchObject({ count: { N: exact }, version: { N: '2' } });
  });

  it('is added by the database where keys are computed anew too', async () => {
    const id = await newDoc();
    await exactly.set(id, 'count', { N: '0.12345678901234567890123456789012345678' });
    const updated = await docs.update(id, { title: 'x' }, { increment: { count: -0.1 } });
    const sum = '0.02345678901234567890123456789012345678';
    expect(await exactly.get(id)).toMatchObject({ count: { N: sum } });
    expect(updated?.count).toBe(Number(sum));
  });

  it('of too many digits rejects the part of a transaction that adds it', async () => {
    const [id, other] = [await newDoc({ count: Number.MAX_SAFE_INTEGER - 1 }), await newDoc()];
    const parts = [
      docs.updating(other, {}, { append: { log: ['x'] } }),
      docs.updating(id, {}, { increment: { count: 1e-23 } }),
    ];
    await expect(transact(parts)).rejects.toMatchObject({ part: 1, cause: invalid('count', 'over 38 digits') });
    expect(await stored(other)).toMatchObject({ version: 1 });
  });
});

it('an item that grows too large is told as such, in a transaction by its part', async () => {
  const id = await newDoc({ log: ['x'.repeat(300_000)] });
  const [error] = await sent(() => docs.update(id, {}, { append: { log: ['x'.repeat(200_000)] } }).catch((e) => e));
  expect(error).toMatchObject({ name: 'ItemTooLargeError' });
  const grow = docs.updating(id, {}, { append: { log: ['x'.repeat(200_000)] }, returns: 'none' });
  const parts = transact([docs.creating({}), grow]);
  await expect(parts).rejects.toMatchObject({ part: 1, cause: { name: 'ItemTooLargeError' } });
  expect(await stored(id)).toMatchObject({ version: 1 });
});

it('more than twenty operations are read first, and their number is not bounded by that', async () => {
  const id = await newDoc({ meta: { text: 'x' } });
  const set = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`meta.many.m${i}`, i]));
  const increment = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`meta.n${i}`, i]));
  const [result, requests] = await sent(() => docs.update(id, {}, { set, increment } as Rules));
  expect(result?.meta).toMatchObject({ text: 'x', many: { m59: 59 }, n59: 59 });
  expect(requests).toEqual({ GetItem: 1, UpdateItem: 1 });
});
