import { describe, expect, it } from 'vitest';
import { isEqual, versionDifferences } from '../src/browse/version-differences.js';
import { validateListSearch, validatePageSearch } from '../src/search/search-params.js';
import { parseSearch, stringifySearch } from '../src/search/search-text.js';
import { copyText, formatAge, formatCell, formatTime } from '../src/values/format-value.js';
import { fromLocalInput, toLocalInput } from '../src/values/local-time.js';
import { kindOfSchema, kindOfValue } from '../src/values/value-kind.js';
import { listTitle, wordsOf } from '../src/values/words.js';

const time = '2026-03-01T12:30:15.250Z';

it.each([
  [undefined, ''],
  [null, ''],
  ['', ''],
  ['two\nlines', 'two lines'],
  ['x'.repeat(300), `${'x'.repeat(199)}…`],
  [12345.5, '12345.5'],
  [true, 'Yes'],
  [false, 'No'],
  [['a', 2, false], 'a, 2, No'],
  [[], ''],
  [{ a: 1 }, '{"a":1}'],
  [time, formatTime(time)],
])('shows %j in a cell as "%s"', (value, text) => {
  expect(formatCell(value)).toBe(text);
});

it('shows a text that looks like a time, but is none, as it is', () => {
  expect(formatTime('2026-99-99T00:00:00Z')).toBe('2026-99-99T00:00:00Z');
});

it.each([
  [-30, '30 seconds ago'],
  [-90, '1 minute ago'],
  [-7200, '2 hours ago'],
  [86_400 * 3, 'in 3 days'],
])('says how long ago a time was (%d s)', (seconds, text) => {
  const now = Date.parse(time);
  expect(formatAge(new Date(now + seconds * 1000).toISOString(), now)).toBe(text);
});

it.each([
  ['text', 'text'],
  [{ b: [1] }, '{\n  "b": [\n    1\n  ]\n}'],
  [undefined, ''],
  [0, '0'],
])('copies %j', (value, text) => {
  expect(copyText(value)).toBe(text);
});

it.each([
  [{ type: 'string' }, 'text'],
  [{ type: ['string', 'null'] }, 'text'],
  [{ anyOf: [{ type: 'null' }, { type: 'integer' }] }, 'number'],
  [{ type: 'string', enum: ['a'] }, 'enum'],
  [{ type: 'string', format: 'date' }, 'date'],
  [{ type: 'string', format: 'date-time' }, 'dateTime'],
  [{ type: 'array' }, 'list'],
  [{ type: 'object' }, 'map'],
  [{}, undefined],
  [undefined, undefined],
])('knows the kind of values of the schema %j', (schema, kind) => {
  expect(kindOfSchema(schema)).toBe(kind);
});

it('knows the kind of a value without a schema', () => {
  expect([1, true, ['a'], { a: 1 }, time, 'a', '2026'].map(kindOfValue)).toEqual([
    'number',
    'boolean',
    'list',
    'map',
    'dateTime',
    'text',
    'text',
  ]);
});

it.each([
  ['createdAt', 'Created at'],
  ['filter.status', 'Status'],
  ['organisationId', 'Organisation ID'],
  ['id', 'ID'],
  ['imageURL', 'Image URL'],
  ['isHTMLAllowed', 'Is html allowed'],
])('writes the name %s as "%s"', (name, words) => {
  expect(wordsOf(name)).toBe(words);
});

it.each([
  ['users.list', 'All'],
  ['issues.listByStatus', 'By status'],
  ['users.createdAfter', 'Created after'],
])('calls the list %s "%s"', (path, title) => {
  expect(listTitle(path)).toBe(title);
});

describe('a time in an input', () => {
  it.each([time, '2026-07-01T00:00:00.000Z', '2026-07-01T23:59:59.999Z'])('comes back as it was: %s', (iso) => {
    expect(fromLocalInput(toLocalInput(iso))).toBe(iso);
  });
  it('is empty where there is none', () => {
    expect([toLocalInput('soon'), toLocalInput(''), fromLocalInput('')]).toEqual(['', '', '']);
  });
});

describe('search params', () => {
  it('are plain texts in the URL', () => {
    const search = { list: 'byStatus', 'f.status': 'in work', order: undefined, 'f.empty': '' };
    expect(stringifySearch(search)).toBe('?list=byStatus&f.status=in+work');
    expect(parseSearch('?list=byStatus&f.status=in+work')).toEqual({ list: 'byStatus', 'f.status': 'in work' });
    expect(stringifySearch({})).toBe('');
  });

  it('of a list are its own only', () => {
    expect(validateListSearch({ order: 'asc', 'f.a': '1', cursor: 'c', other: 'x', scope: '' })).toEqual({
      order: 'asc',
      'f.a': '1',
      cursor: 'c',
    });
    expect(validateListSearch({ order: 'up' })).toEqual({});
  });

  it('of a page have a tab that exists', () => {
    expect(validatePageSearch({ tab: 'history', scope: 's' })).toEqual({ tab: 'history', scope: 's' });
    expect(validatePageSearch({ tab: 'other' })).toEqual({});
  });
});

describe('two versions', () => {
  it('differ in the attributes that a write has changed', () => {
    const before = { id: '1', version: 1, updatedAt: 'a', name: 'A', tags: ['x'], note: 'n' };
    const after = { id: '1', version: 2, updatedAt: 'b', name: 'B', tags: ['x'], age: 3 };
    expect(versionDifferences(before, after)).toEqual([
      { name: 'name', before: 'A', after: 'B' },
      { name: 'note', before: 'n', after: undefined },
      { name: 'age', before: undefined, after: 3 },
    ]);
  });

  it('differ in everything if one is a deletion', () => {
    expect(versionDifferences({ id: '1', name: 'A' }, null)).toHaveLength(2);
  });

  it.each([
    [{ a: 1, b: [{ c: 2 }] }, { b: [{ c: 2 }], a: 1 }, true],
    [[1, 2], [2, 1], false],
    [{ a: undefined }, {}, false],
    [[], {}, false],
    [null, {}, false],
    ['1', 1, false],
  ])('are compared by value: %j and %j', (one, other, equal) => {
    expect(isEqual(one, other)).toBe(equal);
  });
});
