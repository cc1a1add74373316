import { describe, expect, it } from 'vitest';
import type { ConsoleEntity, ConsoleList } from '../../src/api/description.js';
import { creationTimes, newestListOf, statusAttributeOf } from '../../src/see/newest-list.js';
import { entityOfStoredId } from '../../src/see/stored-id.js';

const list = (path: string, required: string[] = [], more: Partial<ConsoleList> = {}): ConsoleList => ({
  ...{ path, takesKey: false, filters: required, hasOrder: true, hasBackward: false },
  ...{ input: { type: 'object', required } },
  ...more,
});
const entity = (more: Partial<ConsoleEntity>): ConsoleEntity => ({
  ...{ name: 'issues', title: 'Issues', singular: 'issue', schema: {}, lists: [], lookUps: [], others: [] },
  ...more,
});
const status = { type: 'string', enum: ['open', 'closed'] };

describe('the list by time', () => {
  it('is the first that takes an order and needs no filter but the scope', () => {
    const lists = [list('issues.byText', [], { hasOrder: false }), list('issues.byStatus', ['status'])];
    expect(newestListOf(entity({ lists }))).toBeUndefined();
    const scoped = entity({ scope: 'organisationId', lists: [...lists, list('issues.list', ['organisationId'])] });
    expect(newestListOf(scoped)?.path).toBe('issues.list');
  });

  it('has times only where entities are in their order', () => {
    const one = (createdAt?: string) => ({ id: 'x', ...(createdAt && { createdAt }) });
    expect(creationTimes([one('2026-01-02T00:00:00Z'), one('2026-01-01T00:00:00Z')])).toHaveLength(2);
    expect(creationTimes([one('2026-01-01T00:00:00Z'), one('2026-01-02T00:00:00Z')])).toBeUndefined();
    expect(creationTimes([one()])).toBeUndefined();
  });
});

describe('the attribute to count by', () => {
  it('is the one that a list is filtered by', () => {
    const schema = { properties: { kind: status, state: { anyOf: [status, { type: 'null' }] } } };
    const found = statusAttributeOf(
      entity({ schema, lists: [list('issues.list'), list('issues.byState', ['state'])] }),
    );
    expect(found).toMatchObject({ name: 'state', values: ['open', 'closed'], list: { path: 'issues.byState' } });
  });

  it('has the values that an input allows, where stored ones may be any text', () => {
    const input = { properties: { status, order: { enum: ['asc', 'desc'] } }, required: ['status'] };
    const lists = [list('issues.byStatus', ['status'], { input })];
    const found = statusAttributeOf(entity({ schema: { properties: { status: { type: 'string' } } }, lists }));
    expect(found).toMatchObject({ name: 'status', values: ['open', 'closed'], list: { path: 'issues.byStatus' } });
  });

  it('has no list if each needs another filter too', () => {
    const lists = [list('issues.byBoth', ['status', 'owner'])];
    expect(statusAttributeOf(entity({ schema: { properties: { status } }, lists }))).toEqual({
      ...{ name: 'status', values: ['open', 'closed'], list: undefined },
    });
  });

  it('is none without an enum of several values', () => {
    const schema = { properties: { name: { type: 'string' }, type: { enum: ['one'] } } };
    expect(statusAttributeOf(entity({ schema }))).toBeUndefined();
  });
});

it('finds the entity of a stored id by the longest prefix, and none for a claim', () => {
  const storage = (prefix: string) => ({ prefix, uniques: [] });
  const entities = [entity({ name: 'a', storage: storage('A#') }), entity({ name: 'b', storage: storage('A#B#') })];
  expect(entityOfStoredId('A#B#1', entities)).toMatchObject({ entity: { name: 'b' }, id: '1' });
  expect(entityOfStoredId('A#2', entities)).toMatchObject({ entity: { name: 'a' }, id: '2' });
  expect(entityOfStoredId('UNIQUE#A#EMAIL#x', entities)).toBeUndefined();
});
