import type { ConsoleList, JsonSchema } from '@aws-starter-kit/console-server/description';
import { describe, expect, it } from 'vitest';
import { filterFieldsOf, listInputOf, parseFilter, setFilters } from '../src/browse/filter-fields.js';

const tests = (value: JsonSchema, names: readonly string[]): JsonSchema => ({
  anyOf: [value, { type: 'object', properties: Object.fromEntries(names.map((name) => [name, value])) }],
});

/** As `z.toJSONSchema` describes the list of a generated entity by an index. */
const byStatus: ConsoleList = {
  path: 'issues.listByStatus',
  needs: 'issues:read',
  takesKey: false,
  filters: ['status', 'filter'],
  hasOrder: true,
  hasBackward: true,
  input: {
    type: 'object',
    required: ['status'],
    properties: {
      limit: { type: 'integer', maximum: 100 },
      cursor: { anyOf: [{ type: 'string' }, { type: 'null' }] },
      order: { type: 'string', enum: ['asc', 'desc'] },
      status: { type: 'string', enum: ['open', 'closed'] },
      filter: {
        type: 'object',
        properties: {
          title: tests({ type: 'string', maxLength: 1000 }, ['in', 'gte', 'lte', 'beginsWith', 'contains']),
          votes: tests({ type: 'number' }, ['in', 'gte', 'lte']),
          isUrgent: { type: 'boolean' },
          dueOn: tests({ type: 'string', format: 'date' }, ['in', 'gte', 'lte']),
          createdAt: tests({ type: 'string', format: 'date-time' }, ['in', 'gte', 'lte']),
          labels: { type: 'array', items: { type: 'string' } },
        },
      },
    },
  },
};

/** The list of the users router: its time is a plain text. */
const createdAfter: ConsoleList = {
  path: 'users.createdAfter',
  takesKey: false,
  filters: ['after'],
  hasOrder: false,
  hasBackward: false,
  input: {
    type: 'object',
    required: ['after'],
    properties: { after: { type: 'string', minLength: 1, maxLength: 64 } },
  },
};

describe('the filters of a list', () => {
  it('are its own inputs and the fields of its filter, each with the tests that the API has', () => {
    expect(
      filterFieldsOf(byStatus).map(({ path, kind, isRequired, operators }) => [path, kind, isRequired, operators]),
    ).toEqual([
      ['status', 'enum', true, ['is']],
      ['filter.title', 'text', false, ['is', 'gte', 'lte', 'beginsWith', 'contains']],
      ['filter.votes', 'number', false, ['is', 'gte', 'lte']],
      ['filter.isUrgent', 'boolean', false, ['is']],
      ['filter.dueOn', 'date', false, ['is', 'gte', 'lte']],
      ['filter.createdAt', 'dateTime', false, ['is', 'gte', 'lte']],
    ]);
  });

  it('have the options of an enum', () => {
    expect(filterFieldsOf(byStatus)[0]?.options).toEqual(['open', 'closed']);
  });

  it('take a time where the API takes a text whose name says so', () => {
    expect(filterFieldsOf(createdAfter)).toMatchObject([{ path: 'after', label: 'After', kind: 'dateTime' }]);
  });

  it('are those of the URL that the list has', () => {
    const fields = filterFieldsOf(byStatus);
    const filters = setFilters(fields, { 'f.status': 'open', 'f.filter.votes.gte': '2', 'f.other': 'x' });
    expect(filters.map(({ field, operator, text }) => [field.path, operator, text])).toEqual([
      ['status', 'is', 'open'],
      ['filter.votes', 'gte', '2'],
    ]);
  });
});

describe('the input of a list', () => {
  it('has each filter as a value of its type', () => {
    const { input, missing, problems } = listInputOf(byStatus, {
      order: 'desc',
      'f.status': 'open',
      'f.filter.votes.gte': '2',
      'f.filter.votes.lte': '5.5',
      'f.filter.isUrgent': 'true',
      'f.filter.title.contains': 'a b',
    });
    expect(input).toEqual({
      order: 'desc',
      status: 'open',
      filter: { votes: { gte: 2, lte: 5.5 }, isUrgent: true, title: { contains: 'a b' } },
    });
    expect({ missing, problems }).toEqual({ missing: [], problems: {} });
  });

  it('lacks required inputs that the URL lacks', () => {
    expect(listInputOf(byStatus, {}).missing).toEqual(['Status']);
  });

  it('has no order if the list has none', () => {
    expect(listInputOf(createdAfter, { order: 'asc', 'f.after': '2026-01-01T00:00:00Z' }).input).toEqual({
      after: '2026-01-01T00:00:00Z',
    });
  });

  it('names values that are not of their kind', () => {
    const { input, problems } = listInputOf(byStatus, { 'f.status': 'lost', 'f.filter.votes.gte': 'many' });
    expect(input).toEqual({});
    expect(problems).toEqual({ 'f.status': 'lost is no option', 'f.filter.votes.gte': 'many is no number' });
  });
});

it.each([
  ['filter.votes', '', undefined],
  ['filter.votes', ' 7 ', 7],
  ['filter.isUrgent', 'false', false],
  ['filter.isUrgent', 'no', undefined],
  ['filter.createdAt', 'yesterday', undefined],
  ['filter.createdAt', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'],
  ['status', 'closed', 'closed'],
])('reads a filter of %s from the text "%s"', (path, text, value) => {
  const field = filterFieldsOf(byStatus).find((one) => one.path === path);
  expect(field && parseFilter(field, text)).toEqual(value);
});
