import { type Entity, scopeField } from '../entity.js';
import type { Field } from '../field.js';
import { joinWords, withArticle } from '../names.js';
import { listTests } from './list-tests.js';
import {
  changedField,
  checkedParents,
  displayName,
  fieldLabel,
  nextUnique,
  sampleOf,
  storedSampleOf,
  takenError,
  uniqueFields,
} from './vocabulary.js';

/** `test/product-service.engine.test.ts` */
export function serviceTest(entity: Entity): string {
  const { one, many, fields, isScoped } = entity;
  const unique = uniqueFields(entity);
  const parents = checkedParents(entity);
  const optional = fields.filter(({ isOptional, isUnique }) => isOptional && !isUnique);
  const changed = changedField(entity);
  const change = `{ ${changed.name}: ${sampleOf(changed, true)} }`;
  const uniqueValues = unique.map((field) => `${field.name}: ${sampleOf(field)}`).join(', ');
  return `
import { beforeAll, describe, expect, it } from 'vitest';
${parents.length > 0 ? `import { ${entity.parent?.one.pascal}Model } from '@aws-starter-kit/${entity.parent?.many.kebab}';` : ''}
import { ${parents.length > 0 ? "olderTable } from '../../../test/older-table.js'" : "freshTable } from '../../../test/fresh-table.js'"};
import { type Create${one.pascal}, ${['InvalidInputError', `${one.pascal}Model`, `${one.pascal}Service`, ...unique.map(takenError)].join(', ')} } from '../src/index.js';

${newService(entity)}

let service: ${one.pascal}Service;
beforeAll(async () => {
  service = await newService();
});
${unique.length > 0 ? '\nlet count = 0;' : ''}
const new${one.pascal} = (different: Partial<Create${one.pascal}> = {}): Create${one.pascal} => (${newEntity(entity)});

describe('${one.pascal}Service', () => {
  it('creates ${withArticle(one.words)} and finds it by id, with or without prefix${unique.length > 0 ? `, and by ${joinWords(unique.map((field) => fieldLabel(entity, field)))}` : ''}', async () => {
    const data = new${one.pascal}(${unique.length > 0 ? `{ ${uniqueValues} }` : ''});
    const created = await service.create${one.pascal}(data);
    expect(created).toEqual({
      ...data,
${fields
  .filter(({ type }) => type === 'set')
  .map(({ name }) => `      ${name}: new Set(data.${name}),\n`)
  .join('')}${isScoped ? `      ${scopeField}: 'acme',\n` : ''}      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      createdAt: expect.stringMatching(/^\\d{4}-.*Z$/),
      version: 1,
    });
    expect(await service.get${one.pascal}ById(created.id)).toEqual(created);
    expect(await service.get${one.pascal}ById(\`${one.constant}#\${created.id}\`)).toEqual(created);
    expect(await service.get${many.pascal}ByIds([created.id, 'nothing'])).toEqual([created, null]);
${unique.map((field) => `    expect(await service.get${one.pascal}By${displayName(entity, field)}(${sampleOf(field)})).toEqual(created);`).join('\n')}
  });
${unique.map((field) => uniqueTests(entity, field)).join('')}${parents.length > 0 ? parentTest(entity) : ''}
  it('applies an update, but not one with a stale version', async () => {
    const created = await service.create${one.pascal}(new${one.pascal}());
    const updated = await service.update${one.pascal}(created.id, ${change}, { expectedVersion: 1 });
    expect(updated).toEqual({ ...created, ${change.slice(2, -2)}, version: 2, updatedAt: expect.any(String) });
    expect(await service.get${one.pascal}ById(created.id)).toEqual(updated);
    const conflict = { name: 'VersionConflictError', expectedVersion: 1, actualVersion: 2 };
    await expect(service.update${one.pascal}(created.id, ${change}, { expectedVersion: 1 })).rejects.toMatchObject(conflict);
    await expect(service.delete${one.pascal}(created.id, { expectedVersion: 1 })).rejects.toMatchObject(conflict);
    expect(await service.delete${one.pascal}(created.id, { expectedVersion: 2 })).toBe(true);
    expect(await service.get${one.pascal}ById(created.id)).toBeNull();
  });
${
  optional.length > 0
    ? `
  it('creates ${withArticle(one.words)} without optional fields, and removes them', async () => {
    const created = await service.create${one.pascal}(new${one.pascal}({ ${optional.map((field) => `${field.name}: undefined`).join(', ')} }));
    expect(await service.get${one.pascal}ById(created.id)).toEqual(created);
    const filled = await service.update${one.pascal}(created.id, { ${optional.map((field) => `${field.name}: ${sampleOf(field)}`).join(', ')} });
    expect(filled).toMatchObject({ ${optional.map((field) => `${field.name}: ${storedSampleOf(field)}`).join(', ')} });
    const removed = await service.update${one.pascal}(created.id, { ${optional.map((field) => `${field.name}: null`).join(', ')} });
    expect(removed).toEqual({ ...created, version: 3, updatedAt: expect.any(String) });
  });
`
    : ''
}${isScoped ? scopeTest(entity, change) : ''}
  it('returns null or false for an unknown ${one.words}, and creates nothing', async () => {
    expect(await service.get${one.pascal}ById('nothing')).toBeNull();
    expect(await service.update${one.pascal}('nothing', ${change})).toBeNull();
    expect(await service.delete${one.pascal}('nothing')).toBe(false);
    expect(await service.get${one.pascal}ById('nothing')).toBeNull();
  });

  it('deletes many ${many.words}, including unknown ids', async () => {
    const created = await Promise.all([1, 2, 3].map(() => service.create${one.pascal}(new${one.pascal}())));
    const ids = [...created.map(({ id }) => id), 'nothing'];
    const { success, failed } = await service.batchDelete${many.pascal}(ids);
    expect([new Set(success), failed]).toEqual([new Set(ids), []]);
    expect(await service.get${many.pascal}ByIds(ids)).toEqual([null, null, null, null]);
  });

  it('rejects an invalid ${one.words}, with messages by field', async () => {
    const create = (data: object) => service.create${one.pascal}(data as Create${one.pascal});
    await expect(create({})).rejects.toMatchObject({
      name: 'InvalidInputError',
      fieldErrors: { ${fields
        .filter(({ isOptional }) => !isOptional)
        .map(({ name }) => `${name}: [expect.any(String)]`)
        .join(', ')} },
    });
    await expect(create({ ...new${one.pascal}(), version: 3 })).rejects.toBeInstanceOf(InvalidInputError);
  });
});

${listTests(entity)}`;
}

function newEntity({ fields }: Entity): string {
  const given = fields.map((field) => `${field.name}: ${field.isUnique ? nextUnique(field) : sampleOf(field)}`);
  return `{ ${given.join(', ')}, ...different }`;
}

function uniqueTests(entity: Entity, field: Field): string {
  const { one } = entity;
  const sample = field.type === 'integer' ? ['1001', '1002', '1003'] : ["'taken'", "'raced'", "'moved'"];
  return `
  it('rejects ${withArticle(fieldLabel(entity, field))} that is already taken', async () => {
    await service.create${one.pascal}(new${one.pascal}({ ${field.name}: ${sample[0]} }));
    const second = service.create${one.pascal}(new${one.pascal}({ ${field.name}: ${sample[0]} }));
    await expect(second).rejects.toBeInstanceOf(${takenError(field)});
    await expect(second).rejects.toThrow(/ with ${fieldLabel(entity, field)} ${sample[0]?.replaceAll("'", '')} already exists$/);
  });

  it('lets one of twenty concurrent creates of ${withArticle(fieldLabel(entity, field))} succeed', async () => {
    const all = await Promise.allSettled(
      Array.from({ length: 20 }, () => service.create${one.pascal}(new${one.pascal}({ ${field.name}: ${sample[1]} }))),
    );
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const one of all) if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(${takenError(field)});
  });

  it('releases ${withArticle(fieldLabel(entity, field))} when it changes', async () => {
    const { id, ${field.name} } = await service.create${one.pascal}(new${one.pascal}());
    const moved = await service.update${one.pascal}(id, { ${field.name}: ${sample[2]} });
    expect(await service.get${one.pascal}By${displayName(entity, field)}(${sample[2]})).toEqual(moved);
    expect(await service.create${one.pascal}(new${one.pascal}({ ${field.name} }))).toMatchObject({ ${field.name} });
  });
`;
}

/** A service with a table of its own, in which the parents exist. */
function newService(entity: Entity): string {
  const { one, parent } = entity;
  const parents = checkedParents(entity);
  if (parents.length === 0)
    return `const newService = async () => new ${one.pascal}Service({ ${entity.isScoped ? `${scopeField}: 'acme', ` : ''}model: new ${one.pascal}Model(await freshTable()) });`;
  return `async function newService() {
  const table = await olderTable([${parents.map((id) => `{ id: '${id}' }`).join(', ')}]);
  return new ${one.pascal}Service({ model: new ${one.pascal}Model(table), ${parent?.one.camel}Model: new ${parent?.one.pascal}Model(table) });
}`;
}

function parentTest({ one, parent }: Entity): string {
  const reference = `${parent?.one.camel}Id`;
  return `
  it('is created and moved only under ${withArticle(parent?.one.words ?? '')} that exists', async () => {
    const missing = { name: 'InvalidInputError', fieldErrors: { ${reference}: ['There is no such ${parent?.one.words}'] } };
    await expect(service.create${one.pascal}(new${one.pascal}({ ${reference}: 'nothing' }))).rejects.toMatchObject(missing);
    const { id } = await service.create${one.pascal}(new${one.pascal}());
    await expect(service.update${one.pascal}(id, { ${reference}: 'nothing' })).rejects.toMatchObject(missing);
    expect(await service.update${one.pascal}(id, { ${reference}: 'another' })).toMatchObject({ ${reference}: 'another', version: 2 });
    expect(await service.update${one.pascal}('nothing', { ${reference}: 'another' })).toBeNull();
  });
`;
}

function scopeTest({ one, many }: Entity, change: string): string {
  return `
  it('has the ${many.words} of its organisation only', async () => {
    const model = new ${one.pascal}Model(await freshTable());
    const acme = new ${one.pascal}Service({ ${scopeField}: 'acme', model });
    const other = new ${one.pascal}Service({ ${scopeField}: 'other', model });
    const mine = await acme.create${one.pascal}(new${one.pascal}());
    const theirs = await other.create${one.pascal}(new${one.pascal}());
    expect((await acme.list${many.pascal}()).items).toEqual([mine]);
    expect(await acme.count${many.pascal}()).toBe(1);
    expect(await acme.get${one.pascal}ById(theirs.id)).toBeNull();
    expect(await acme.update${one.pascal}(theirs.id, ${change})).toBeNull();
    expect(await acme.delete${one.pascal}(theirs.id)).toBe(false);
    await acme.batchDelete${many.pascal}([theirs.id]);
    expect(await other.get${one.pascal}ById(theirs.id)).toEqual(theirs);
  });
`;
}
