import type { Entity } from '../entity.js';
import type { Field } from '../field.js';
import type { Index } from '../read-indexes.js';
import { optionalFields } from './model.js';
import { changedField, fieldLabel, isInKey, isNumber, orderOf, sampleOf } from './vocabulary.js';

/** The tests of lists in `test/product-service.engine.test.ts`. */
export function listTests(entity: Entity): string {
  const { one, many, indexes } = entity;
  const filtered = changedField(entity);
  const canFilter = !isInKey(entity, filtered) && !filtered.isUnique;
  return `describe('lists of ${many.words}', () => {
  let lists: ${one.pascal}Service;
  const ids = new Set<string>();
  beforeAll(async () => {
    lists = await newService();
    for (let number = 0; number < 5; number++) ids.add((await lists.create${one.pascal}(new${one.pascal}())).id);
  });

  it('contain each ${one.words} once, with a cursor as long as there are more', async () => {
    const pages = [await lists.list${many.pascal}({ limit: 2 })];
    for (let cursor = pages[0]?.cursor; cursor; cursor = pages.at(-1)?.cursor) pages.push(await lists.list${many.pascal}({ limit: 2, cursor }));
    expect(pages.map(({ items }) => items.length)).toEqual([2, 2, 1]);
    expect(new Set(pages.flatMap(({ items }) => items.map(({ id }) => id)))).toEqual(ids);
    expect(await lists.count${many.pascal}()).toBe(5);
  });

  it('can be read in both directions', async () => {
    const first = await lists.list${many.pascal}({ limit: 2 });
    const second = await lists.list${many.pascal}({ limit: 2, cursor: first.cursor });
    expect((await lists.list${many.pascal}({ limit: 2, before: second.start })).items).toEqual(first.items);
    const newest = await lists.list${many.pascal}({ order: 'desc' });
    expect(newest.items).toEqual((await lists.list${many.pascal}()).items.toReversed());
  });
${
  canFilter
    ? `
  it('can be filtered', async () => {
    const [changed] = [...ids];
    await lists.update${one.pascal}(\`\${changed}\`, { ${filtered.name}: ${sampleOf(filtered, true)} });
    expect(await lists.list${many.pascal}({ filter: { ${filtered.name}: ${sampleOf(filtered, true)} } })).toMatchObject({ items: [{ id: changed }] });
  });
`
    : ''
}
  it('can begin at a time', async () => {
    expect((await lists.list${many.pascal}CreatedSince('2024-01-01')).items).toHaveLength(5);
    expect((await lists.list${many.pascal}CreatedSince('2999-01-01T00:00:00+02:00')).items).toEqual([]);
    await expect(lists.list${many.pascal}CreatedSince('yesterday')).rejects.toBeInstanceOf(InvalidInputError);
  });
${indexes.map((index) => partitionTest(entity, index) + orderTest(entity, index)).join('')}
  it('reject the cursor of another order', async () => {
    const { cursor } = await lists.list${many.pascal}({ limit: 1 });
    await expect(lists.list${many.pascal}({ cursor, order: 'desc' })).rejects.toMatchObject({ name: 'InvalidCursorError' });
  });
});
`;
}

function partitionTest(entity: Entity, index: Index): string {
  const { one, many } = entity;
  const { partition: field, listName } = index;
  const list = `lists.list${many.pascal}${listName}`;
  const [sample, other] = [sampleOf(field), sampleOf(field, true)];
  const [optional] = optionalFields(index).filter((one) => !one.isUnique);
  const isFirst = entity.indexes.find(({ partition }) => partition === field) === index;
  return `
  it('contain the ${many.words} of one ${fieldLabel(entity, field)}${isFirst ? '' : ` ${orderOf(entity, index)}`}, also after an update', async () => {
    const all = (await ${list}(${sample})).items.map(({ id }) => id);
    expect(new Set(all)).toEqual(ids);
    const [first = '', ...others] = all;
    await lists.update${one.pascal}(first, { ${field.name}: ${other} });
    expect((await ${list}(${sample})).items.map(({ id }) => id)).toEqual(others);
    expect((await ${list}(${other})).items).toMatchObject([{ id: first, ${field.name}: ${other} }]);
    await lists.update${one.pascal}(first, { ${field.name}: ${sample} });
${
  optional
    ? `
    await lists.update${one.pascal}(first, { ${optional.name}: null }); // it is not in this index then
    expect((await ${list}(${sample})).items.map(({ id }) => id)).toEqual(others);
    await lists.update${one.pascal}(first, { ${optional.name}: ${sampleOf(optional)} });
`
    : ''
}  });
`;
}

function orderTest(entity: Entity, index: Index): string {
  const [first] = index.order;
  if (first?.name === 'updatedAt') return changeOrderTest(entity, index);
  return first && first.name !== 'createdAt' ? valueOrderTest(entity, index, first) : '';
}

const title = (entity: Entity, index: Index) =>
  `of one ${fieldLabel(entity, index.partition)} can be ${orderOf(entity, index)}`;

function valueOrderTest(entity: Entity, index: Index, field: Field): string {
  const { one, many } = entity;
  const { partition, isDescending, listName } = index;
  const values = valuesInOrder(field);
  return `
  it('${title(entity, index)}', async () => {
    const ordered = await newService();
    const values = [${(isDescending ? values.toReversed() : values).join(', ')}]${field.type === 'enum' ? ' as const' : ''};
    for (const ${field.name} of values.toReversed()) await ordered.create${one.pascal}(new${one.pascal}({ ${field.name} }));
    const { items } = await ordered.list${many.pascal}${listName}(${sampleOf(partition)});
    expect(items.map(({ ${field.name} }) => ${field.name})).toEqual(values);
  });
`;
}

function valuesInOrder(field: Field): string[] {
  if (field.type === 'integer') return ['-20', '-3', '2', '9', '10', '100'];
  if (isNumber(field)) return ['-20', '-1.5', '0.25', '2', '9', '10', '100'];
  return [sampleOf(field), sampleOf(field, true)].sort();
}

function changeOrderTest(entity: Entity, index: Index): string {
  const { one, many } = entity;
  const { partition, isDescending, listName } = index;
  const field = changedField(entity);
  return `
  it('${title(entity, index)}', async () => {
    const ordered = await newService();
    const [first, second] = [await ordered.create${one.pascal}(new${one.pascal}()), await ordered.create${one.pascal}(new${one.pascal}())];
    const change = () => ordered.update${one.pascal}(first.id, { ${field.name}: ${sampleOf(field, field !== partition)} });
    await expect.poll(async () => (await change())?.updatedAt).not.toBe(second.createdAt); // a millisecond is enough
    const { items } = await ordered.list${many.pascal}${listName}(${sampleOf(partition)});
    expect(items.map(({ id }) => id)).toEqual([${isDescending ? 'first.id, second.id' : 'second.id, first.id'}]);
  });
`;
}
