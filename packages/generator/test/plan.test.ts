import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type EntityRequest, type Plan, planEntity } from '../src/index.js';
import { indexesIn, withIndexes } from '../src/index-setting.js';
import { register, registrations } from '../src/registrations.js';
import { bareRepository, repository } from './bare-repository.js';

const root = bareRepository(afterAll);
const indexesOf = ({ entity }: Plan) =>
  entity.indexes.map(({ number, listName, partition, order, isDescending }) => {
    const names = [partition, ...order].map(({ name }) => name).join();
    return `GSI${number} ${listName} ${names}${isDescending ? ' desc' : ''}`;
  });
const plan = (name: string, fields: string, more: Partial<EntityRequest> = {}) =>
  planEntity(root, { name, fields, ...more });

describe('a plan', () => {
  it('accepts a name in any of its forms', () => {
    for (const name of ['orderItem', 'OrderItem', 'order-item', 'order_item']) {
      const { one, many } = plan(name, 'name:string').entity;
      expect([one.camel, one.pascal, one.constant, many.camel, many.kebab]).toEqual([
        'orderItem',
        'OrderItem',
        'ORDER_ITEM',
        'orderItems',
        'order-items',
      ]);
    }
  });

  it.each([
    ['category', 'categories'],
    ['person', 'people'],
    ['address', 'addresses'],
    ['status', 'statuses'],
    ['box', 'boxes'],
    ['shelf', 'shelves'],
  ])('pluralises %s to %s', (one, many) => expect(plan(one, 'name:string').entity.many.camel).toBe(many));

  it('uses the given plural', () => {
    expect(plan('news', 'name:string', { plural: 'newsItems' }).entity.many.kebab).toBe('news-items');
  });

  it('parses types, values and options', () => {
    const text =
      'a:string b:text? c:number d:integer:unique e:boolean f:datetime g:enum(x, y-2):index h:string:unique?';
    expect(
      plan('product', text).entity.fields.map(({ name, type, values, ...flags }) => [name, type, values, flags]),
    ).toEqual([
      ['a', 'string', [], { isOptional: false, isUnique: false, isIndexed: false }],
      ['b', 'text', [], { isOptional: true, isUnique: false, isIndexed: false }],
      ['c', 'number', [], { isOptional: false, isUnique: false, isIndexed: false }],
      ['d', 'integer', [], { isOptional: false, isUnique: true, isIndexed: false }],
      ['e', 'boolean', [], { isOptional: false, isUnique: false, isIndexed: false }],
      ['f', 'datetime', [], { isOptional: false, isUnique: false, isIndexed: false }],
      ['g', 'enum', ['x', 'y-2'], { isOptional: false, isUnique: false, isIndexed: true }],
      ['h', 'string', [], { isOptional: true, isUnique: true, isIndexed: false }],
    ]);
  });

  it.each([
    ['name:string', [], []],
    ['a:string:index b:enum(x,y):index', [], ['GSI2 ByA a', 'GSI3 ByB b']],
    ['a:string b:number?', ['a,updatedAt desc'], ['GSI2 ByA a,updatedAt desc']],
    ['a:string b:number? c:date:index', ['b , a', 'a'], ['GSI2 ByC c', 'GSI3 ByB b,a', 'GSI4 ByA a']],
    [
      'a:string:index b:datetime',
      ['a,b desc,createdAt desc'],
      ['GSI2 ByA a', 'GSI3 ByAOrderedByBCreatedAt a,b,createdAt desc'],
    ],
    ['a:string b:string', ['b desc', 'b,a asc'], ['GSI2 ByB b desc', 'GSI3 ByBOrderedByA b,a']],
  ])('gives %s with the options %j the indexes %j', (fields, index, expected) => {
    expect(indexesOf(plan('product', fields, { index }))).toEqual(expected);
  });

  it('lists by parent in the first index beside that of all, unless an option does', () => {
    const note = (index: string[]) => indexesOf(plan('note', 'done:boolean:index', { belongsTo: 'user', index }));
    expect(note([])).toEqual(['GSI2 ByUser userId', 'GSI3 ByDone done']);
    expect(note(['userId,done'])).toEqual(['GSI2 ByDone done', 'GSI3 ByUser userId,done']);
  });

  it('has the keys and the queries that the README shows', () => {
    const readme = readFileSync(join(repository, 'packages/generator/README.md'), 'utf8');
    const [, command = ''] = /^pnpm gen entity issue (.*)$/m.exec(readme) ?? [];
    const [fields = '', ...index] = [...command.matchAll(/"([^"]*)"/g)].map(([, value = '']) => value);
    const issue = plan('issue', fields, { index });
    expect(indexesOf(issue)).toEqual(['GSI2 ByStatus status,updatedAt desc', 'GSI3 ByPriority priority,dueOn']);
    const files = [...issue.created.values()].join('\n');
    const [, code = ''] = /```ts\n(.*?)```/s.exec(readme) ?? [];
    const lines = code.split('\n').filter((line) => line !== '');
    expect(lines.length).toBeGreaterThan(2);
    expect(lines.filter((line) => !files.includes(`    ${line.replace(/ \/\/.*/, '')}`))).toEqual([]);
  });

  it('raises the number of indexes in the settings only as far as needed', () => {
    const settings = (fields: string) => {
      const { created, changed, indexes } = plan('product', fields);
      return [created.get('.env'), changed.get('.env.example'), indexes];
    };
    expect(settings('a:string:index')).toEqual([undefined, undefined, undefined]);
    expect(settings('a:string:index b:string:index')).toEqual([
      'DYNAMODB_INDEXES=3\n',
      'PORT=3000\nDYNAMODB_INDEXES=3\n',
      3,
    ]);
    expect([
      indexesIn('DYNAMODB_INDEXES=\n'),
      indexesIn('#DYNAMODB_INDEXES=9'),
      indexesIn('DYNAMODB_INDEXES=7'),
      indexesIn('export DYNAMODB_INDEXES = "5" # five'),
    ]).toEqual([2, 2, 7, 5]);
    expect(withIndexes('export DYNAMODB_INDEXES="5"\nPORT=1\n', 6)).toBe('DYNAMODB_INDEXES=6\nPORT=1\n');
    expect(withIndexes('PORT=1', 3)).toBe('PORT=1\nDYNAMODB_INDEXES=3\n');
  });

  it.each([
    ['users only', root],
    ['the entities of this repository', repository],
  ])('registers an entity beside %s', (_, folder) => {
    const { changed } = planEntity(folder, { name: 'ownProduct', fields: 'name:string' });
    expect(changed.get('apps/api/src/services.ts')).toContain(
      'ownProducts: new OwnProductService({ model: new OwnProductModel(table) }),',
    );
    expect(changed.get('apps/api/src/trpc/router.ts')).toContain('ownProducts: ownProductsRouter');
    expect(changed.get('packages/doctor/src/models.ts')).toContain('inspect(new OwnProductModel())');
    for (const path of ['apps/api/package.json', 'packages/doctor/package.json']) {
      const { dependencies } = JSON.parse(changed.get(path) ?? '') as { dependencies: Record<string, string> };
      expect(dependencies['@aws-starter-kit/own-products']).toBe('workspace:*');
    }
    expect(changed.get('README.md')).toContain('\n  own-products/ ');
    expect(changed.get('apps/api/docs/permissions.md')).toContain(
      '| `ownProducts.list` | `ownProducts:read` | permission | yes |\n',
    );
  });

  it.each([
    ['users only', root],
    ['the entities of this repository', repository],
  ])('registers an entity of an organisation beside %s', (_, folder) => {
    const { changed } = planEntity(folder, { name: 'ownProduct', fields: 'name:string', within: 'organisation' });
    const services = changed.get('apps/api/src/services.ts') ?? '';
    expect(services.slice(services.indexOf('makeOrganisationServices'))).toContain(
      'ownProducts: new OwnProductService({ organisationId, model: new OwnProductModel(table) }),',
    );
    const router = changed.get('apps/api/src/trpc/router.ts') ?? '';
    expect(router).toMatch(/appRouter = .*organisations: organisationsRouter,\s.*ownProducts: ownProductsRouter/s);
    expect(router).toContain('organisations: organisationRoles }');
    const table = (changed.get('apps/api/docs/permissions.md') ?? '').replaceAll(/ +/g, ' ');
    const [, scoped = ''] = table.split('## Within `organisationId`');
    expect(scoped.split('## Without a scope')[0]).toContain('| `organisations.members` |');
    expect(scoped.split('## Without a scope')[0]).toContain('| `ownProducts.list` |');
    expect(scoped.split('## Without a scope')[1]).toContain('| `organisations.create` |');
  });

  it('registers the second entity of an organisation beside the first one', () => {
    const entity = { fields: 'name:string', within: 'organisation' };
    const first = planEntity(root, { name: 'product', ...entity }).changed;
    for (const { path, edits } of registrations) {
      const text = first.get(path);
      if (text === undefined || path.endsWith('package.json')) continue;
      const second = planEntity(root, { name: 'order', ...entity }).entity;
      const changed = register(second, { path, edits }, text);
      expect(changed.match(/products|product-/gi)?.length, path).toBe(changed.match(/orders|order-/gi)?.length);
      expect(changed.match(/organisations: organisationsRouter/g)?.length ?? 1, path).toBe(1);
    }
  });
});
