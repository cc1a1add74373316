import { afterAll, describe, expect, it } from 'vitest';
import { planEntity } from '../src/index.js';
import { bareRepository, repository } from './bare-repository.js';

const root = bareRepository(afterAll);
const plan = (name: string, fields: string, more: { plural?: string; belongsTo?: string } = {}) =>
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
    ['name:string', undefined, undefined],
    ['a:string:index', 'a', undefined],
    ['a:string:index b:enum(x,y):index', 'a', 'b'],
    ['a:enum(x,y):index b:string:index', 'b', 'a'],
    ['a:string:index b:string:index', 'a', 'b'],
    ['a:string:index b:string?:index', 'b', 'a'],
  ])('gives %s the indexes %s and %s', (fields, gsi1, gsi2) => {
    const { entity } = plan('product', fields);
    expect([entity.gsi1?.name, entity.gsi2?.name]).toEqual([gsi1, gsi2]);
  });

  it('lists by parent in the first index', () => {
    const { entity } = plan('note', 'done:boolean:index', { belongsTo: 'user' });
    expect([entity.gsi1?.name, entity.gsi2?.name]).toEqual(['userId', 'done']);
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
  });
});
