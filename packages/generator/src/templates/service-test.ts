import type { Entity } from '../entity.js';
import type { Field } from '../field.js';
import { listed, withArticle } from '../names.js';
import {
  changedField,
  indexedFields,
  invalidError,
  nextUnique,
  said,
  sampleOf,
  spoken,
  takenError,
  uniqueFields,
} from './vocabulary.js';

/** `test/product-service.engine.test.ts` */
export function serviceTest(entity: Entity): string {
  const { one, many, fields, gsi2 } = entity;
  const unique = uniqueFields(entity);
  const optional = fields.filter(({ isOptional, isUnique }) => isOptional && !isUnique);
  const changed = changedField(entity);
  const change = `{ ${changed.name}: ${sampleOf(changed, true)} }`;
  const uniqueValues = unique.map((field) => `${field.name}: ${sampleOf(field)}`).join(', ');
  return `
import { beforeAll, describe, expect, it } from 'vitest';
import { freshTable } from '../../../test/fresh-table.js';
import { type Create${one.pascal}, ${[invalidError(entity), `${one.pascal}Model`, `${one.pascal}Service`, ...unique.map(takenError)].join(', ')} } from '../src/index.js';

let service: ${one.pascal}Service;
beforeAll(async () => {
  service = new ${one.pascal}Service({ model: new ${one.pascal}Model(await freshTable()) });
});
${unique.length > 0 ? '\nlet count = 0;' : ''}
const new${one.pascal} = (different: Partial<Create${one.pascal}> = {}): Create${one.pascal} => (${newEntity(entity)});

describe('${one.pascal}Service', () => {
  it('creates ${withArticle(one.words)} and finds it by ${listed(['id, with or without prefix,', ...unique.map((field) => `by ${said(entity, field)}`)])}', async () => {
    const data = new${one.pascal}(${unique.length > 0 ? `{ ${uniqueValues} }` : ''});
    const made = await service.create${one.pascal}(data);
    expect(made).toEqual({
      ...data,
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      createdAt: expect.stringMatching(/^\\d{4}-.*Z$/),
      version: 1,
    });
    expect(await service.get${one.pascal}ById(made.id)).toEqual(made);
    expect(await service.get${one.pascal}ById(\`${one.constant}#\${made.id}\`)).toEqual(made);
    expect(await service.get${many.pascal}ByIds([made.id, 'nothing'])).toEqual([made, null]);
${unique.map((field) => `    expect(await service.get${one.pascal}By${spoken(entity, field)}(${sampleOf(field)})).toEqual(made);`).join('\n')}
  });
${unique.map((field) => uniqueTests(entity, field)).join('')}
  it('changes what is given, and nothing for who has not seen the last version', async () => {
    const made = await service.create${one.pascal}(new${one.pascal}());
    const updated = await service.update${one.pascal}(made.id, ${change}, { expectedVersion: 1 });
    expect(updated).toEqual({ ...made, ${change.slice(2, -2)}, version: 2, updatedAt: expect.any(String) });
    expect(await service.get${one.pascal}ById(made.id)).toEqual(updated);
    const conflict = { name: 'VersionConflictError', expectedVersion: 1, actualVersion: 2 };
    await expect(service.update${one.pascal}(made.id, ${change}, { expectedVersion: 1 })).rejects.toMatchObject(conflict);
    await expect(service.delete${one.pascal}(made.id, { expectedVersion: 1 })).rejects.toMatchObject(conflict);
    expect(await service.delete${one.pascal}(made.id, { expectedVersion: 2 })).toBe(true);
    expect(await service.get${one.pascal}ById(made.id)).toBeNull();
  });
${
  optional.length > 0
    ? `
  it('does without what is optional, and removes it', async () => {
    const made = await service.create${one.pascal}(new${one.pascal}({ ${optional.map((field) => `${field.name}: undefined`).join(', ')} }));
    expect(await service.get${one.pascal}ById(made.id)).toEqual(made);
    const filled = await service.update${one.pascal}(made.id, { ${optional.map((field) => `${field.name}: ${sampleOf(field)}`).join(', ')} });
    expect(filled).toMatchObject({ ${optional.map((field) => `${field.name}: ${sampleOf(field)}`).join(', ')} });
    const removed = await service.update${one.pascal}(made.id, { ${optional.map((field) => `${field.name}: null`).join(', ')} });
    expect(removed).toEqual({ ...made, version: 3, updatedAt: expect.any(String) });
  });
`
    : ''
}
  it('answers null or false for what is not there, and makes nothing', async () => {
    expect(await service.get${one.pascal}ById('nothing')).toBeNull();
    expect(await service.update${one.pascal}('nothing', ${change})).toBeNull();
    expect(await service.delete${one.pascal}('nothing')).toBe(false);
    expect(await service.get${one.pascal}ById('nothing')).toBeNull();
  });

  it('deletes many, unknown ids among them', async () => {
    const made = await Promise.all([1, 2, 3].map(() => service.create${one.pascal}(new${one.pascal}())));
    const ids = [...made.map(({ id }) => id), 'nothing'];
    const { success, failed } = await service.batchDelete${many.pascal}(ids);
    expect([new Set(success), failed]).toEqual([new Set(ids), []]);
    expect(await service.get${many.pascal}ByIds(ids)).toEqual([null, null, null, null]);
  });

  it('refuses what is no ${one.words}, by field', async () => {
    const create = (data: object) => service.create${one.pascal}(data as Create${one.pascal});
    await expect(create({})).rejects.toMatchObject({
      name: ${invalidError(entity)}.name,
      fieldErrors: { ${fields
        .filter(({ isOptional }) => !isOptional)
        .map(({ name }) => `${name}: [expect.any(String)]`)
        .join(', ')} },
    });
    await expect(create({ ...new${one.pascal}(), version: 3 })).rejects.toBeInstanceOf(${invalidError(entity)});
  });
});

describe('lists of ${many.words}', () => {
  let lists: ${one.pascal}Service;
  const ids = new Set<string>();
  beforeAll(async () => {
    lists = new ${one.pascal}Service({ model: new ${one.pascal}Model(await freshTable()) });
    for (let made = 0; made < 5; made++) ids.add((await lists.create${one.pascal}(new${one.pascal}())).id);
  });

  it('has each one once, with a cursor exactly while there is more', async () => {
    const pages = [await lists.list${many.pascal}({ limit: 2 })];
    for (let cursor = pages[0]?.cursor; cursor; cursor = pages.at(-1)?.cursor) pages.push(await lists.list${many.pascal}({ limit: 2, cursor }));
    expect(pages.map(({ items }) => items.length)).toEqual([2, 2, 1]);
    expect(new Set(pages.flatMap(({ items }) => items.map(({ id }) => id)))).toEqual(ids);
    expect(await lists.count${many.pascal}()).toBe(5);
  });

  it('has the newest first where that is asked for', async () => {
    const [oldest, newest] = await Promise.all([lists.list${many.pascal}(), lists.list${many.pascal}({ order: 'desc' })]);
    expect(newest.items).toEqual(oldest.items.toReversed());
  });
${
  gsi2
    ? ''
    : `
  it('begins after a time', async () => {
    expect((await lists.list${many.pascal}CreatedAfter('2024-01-01')).items).toHaveLength(5);
    expect((await lists.list${many.pascal}CreatedAfter('2999-01-01T00:00:00+02:00')).items).toEqual([]);
    await expect(lists.list${many.pascal}CreatedAfter('yesterday')).rejects.toBeInstanceOf(${invalidError(entity)});
  });
`
}${indexedFields(entity)
  .map((field) => indexTest(entity, field))
  .join('')}
  it('refuses a cursor of another order', async () => {
    const { cursor } = await lists.list${many.pascal}({ limit: 1 });
    await expect(lists.list${many.pascal}({ cursor, order: 'desc' })).rejects.toMatchObject({ name: 'InvalidCursorError' });
  });
});
`;
}

function newEntity({ fields }: Entity): string {
  const given = fields.map((field) => `${field.name}: ${field.isUnique ? nextUnique(field) : sampleOf(field)}`);
  return `{ ${given.join(', ')}, ...different }`;
}

function uniqueTests(entity: Entity, field: Field): string {
  const { one } = entity;
  const sample = field.type === 'integer' ? ['1001', '1002', '1003'] : ["'taken'", "'raced'", "'moved'"];
  return `
  it('refuses ${withArticle(said(entity, field))} that is already taken', async () => {
    await service.create${one.pascal}(new${one.pascal}({ ${field.name}: ${sample[0]} }));
    const second = service.create${one.pascal}(new${one.pascal}({ ${field.name}: ${sample[0]} }));
    await expect(second).rejects.toBeInstanceOf(${takenError(field)});
    await expect(second).rejects.toThrow(/ with ${said(entity, field)} ${sample[0]?.replaceAll("'", '')} already exists$/);
  });

  it('lets one of twenty concurrent creates of ${withArticle(said(entity, field))} through', async () => {
    const all = await Promise.allSettled(
      Array.from({ length: 20 }, () => service.create${one.pascal}(new${one.pascal}({ ${field.name}: ${sample[1]} }))),
    );
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const one of all) if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(${takenError(field)});
  });

  it('gives ${withArticle(said(entity, field))} free when it changes', async () => {
    const { id, ${field.name} } = await service.create${one.pascal}(new${one.pascal}());
    const moved = await service.update${one.pascal}(id, { ${field.name}: ${sample[2]} });
    expect(await service.get${one.pascal}By${spoken(entity, field)}(${sample[2]})).toEqual(moved);
    expect(await service.create${one.pascal}(new${one.pascal}({ ${field.name} }))).toMatchObject({ ${field.name} });
  });
`;
}

function indexTest(entity: Entity, field: Field): string {
  const { one, many } = entity;
  const list = `lists.list${many.pascal}By${spoken(entity, field)}`;
  const [sample, other] = [sampleOf(field), sampleOf(field, true)];
  return `
  it('has those of one ${said(entity, field)}, where an update moves one too', async () => {
    const all = (await ${list}(${sample})).items.map(({ id }) => id);
    expect(new Set(all)).toEqual(ids);
    const [first = '', ...others] = all;
    await lists.update${one.pascal}(first, { ${field.name}: ${other} });
    expect((await ${list}(${sample})).items.map(({ id }) => id)).toEqual(others);
    expect((await ${list}(${other})).items).toMatchObject([{ id: first, ${field.name}: ${other} }]);
    await lists.update${one.pascal}(first, { ${field.name}: ${sample} });
  });
`;
}
