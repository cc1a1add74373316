import type { ConsoleEntity, JsonSchema } from '@aws-starter-kit/console-server/description';
import { describe, expect, it } from 'vitest';
import { columnsOf, titleAttribute } from '../src/browse/columns.js';
import { referredBy, relatedLists } from '../src/browse/relations.js';
import { readLayout } from '../src/browse/use-column-layout.js';

const text: JsonSchema = { type: 'string' };
const time: JsonSchema = { type: 'string', format: 'date-time' };

const entityOf = (name: string, singular: string, properties: Record<string, JsonSchema>): ConsoleEntity => ({
  name,
  singular,
  title: name,
  schema: {
    type: 'object',
    properties: { id: text, version: { type: 'integer' }, createdAt: time, updatedAt: time, ...properties },
  },
  lists: [],
  lookUps: [],
  others: [],
});

describe('the columns of an entity', () => {
  it('begin with the attribute that names it, and end with those of every entity', () => {
    const columns = columnsOf(entityOf('users', 'user', { email: text, age: { type: 'number' }, name: text }));
    expect(columns.map(({ name }) => name)).toEqual([
      'name',
      'email',
      'age',
      'id',
      'version',
      'createdAt',
      'updatedAt',
    ]);
    expect(columns.filter(({ isShown }) => isShown).map(({ name }) => name)).toEqual([
      'name',
      'email',
      'age',
      'id',
      'createdAt',
    ]);
  });

  it('begin with the id if nothing else names it', () => {
    const columns = columnsOf(entityOf('points', 'point', { x: { type: 'number' } }));
    expect(columns.map(({ name }) => name).slice(0, 2)).toEqual(['id', 'x']);
  });

  it('leave out the scope, and all but the first ones of many', () => {
    const many = Object.fromEntries(Array.from({ length: 20 }, (_, number) => [`field${number}`, text]));
    const entity = { ...entityOf('forms', 'form', { organisationId: text, ...many }), scope: 'organisationId' };
    const shown = columnsOf(entity).filter(({ isShown }) => isShown);
    expect(shown.map(({ name }) => name)).not.toContain('organisationId');
    expect(shown.length).toBeLessThan(12);
  });

  it('are named by an attribute of text only', () => {
    expect(titleAttribute({ properties: { id: text, name: { type: 'object' }, email: text } })).toBe('email');
    expect(titleAttribute({ properties: { id: text, title: { anyOf: [text, { type: 'null' }] } } })).toBe('title');
  });
});

describe('the kept layout of columns', () => {
  it.each([
    [null, { visibility: {}, widths: {} }],
    ['{"visibility":{"name":false},"widths":{"id":80}}', { visibility: { name: false }, widths: { id: 80 } }],
    ['{"visibility":{"name":"no"},"widths":null}', { visibility: {}, widths: {} }],
    ['no JSON', { visibility: {}, widths: {} }],
    ['[]', { visibility: {}, widths: {} }],
  ])('is read from %s', (kept, layout) => {
    expect(readLayout(kept)).toEqual(layout);
  });
});

describe('an attribute that refers to another entity', () => {
  const items = entityOf('orderItems', 'order item', { orderId: text });
  const orders: ConsoleEntity = {
    ...entityOf('orders', 'order', { orderItemId: text }),
    lists: [],
  };
  it('is named after it', () => {
    expect(referredBy('orderItemId', [orders, items])).toBe(items);
    expect(referredBy('orderId', [orders, items])).toBe(orders);
    expect(referredBy('userId', [orders, items])).toBeUndefined();
  });

  it('gives a list of those that refer, by an index rather than by a filter', () => {
    const list = (path: string, input: JsonSchema) => ({
      path,
      input,
      takesKey: false,
      filters: [],
      hasOrder: false,
      hasBackward: false,
    });
    const byFilter = list('orderItems.list', { properties: { filter: { properties: { orderId: text } } } });
    const byIndex = list('orderItems.listByOrder', { required: ['orderId'], properties: { orderId: text } });
    const found = (lists: ConsoleEntity['lists']) => relatedLists(orders, [orders, { ...items, lists }]);
    expect(found([byFilter, byIndex])).toMatchObject([{ list: 'listByOrder', param: 'f.orderId' }]);
    expect(found([byFilter])).toMatchObject([{ list: 'list', param: 'f.filter.orderId' }]);
    expect(found([])).toEqual([]);
  });
});
