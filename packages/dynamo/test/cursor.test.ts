import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IndexQuery } from '../src/expressions/key-condition.js';
import { CursorCodec } from '../src/read/cursor.js';

const query: IndexQuery = { index: 'GSI1', pk: 'USER', sk: { gte: 'A' }, order: 'asc' };
const encodeCursor = (prefix: string, of: IndexQuery, { sk, id }: { sk: string; id: string }) =>
  new CursorCodec(prefix, of).encode({ sk, id: prefix + id });
const decodeCursor = (prefix: string, of: IndexQuery, cursor: unknown) => {
  const { sk, id } = new CursorCodec(prefix, of).decode(cursor);
  return { sk, id: id.slice(prefix.length) };
};
const position = { sk: 'EMAIL#jürgen@example.com', id: 'a-1' };
const rejected = expect.objectContaining({ name: 'InvalidCursorError', code: 'INVALID_CURSOR' });
const encode = (parts: unknown) => Buffer.from(JSON.stringify(parts)).toString('base64url');
const parts = (cursor: string) => JSON.parse(Buffer.from(cursor, 'base64url').toString()) as string[];

describe('a cursor', () => {
  it('gives back its position, whatever signs it holds', () => {
    const text = fc.string({ minLength: 1, maxLength: 100, unit: 'grapheme' });
    fc.assert(
      fc.property(text, text, text, (sk, id, pk) => {
        const all: IndexQuery = { index: 'GSI2', pk };
        const cursor = encodeCursor('USER#', all, { sk, id });
        expect(cursor).toMatch(/^[\w-]+$/);
        expect(decodeCursor('USER#', all, cursor)).toEqual({ sk, id });
      }),
    );
  });

  it('holds the query’s sign, the sort key and the bare id, and no partition key', () => {
    const cursor = encodeCursor('USER#', { ...query, pk: 'SECRET-TENANT' }, position);
    expect(parts(cursor)).toEqual([expect.stringMatching(/^[\w-]{22}$/), position.sk, position.id]);
    expect(Buffer.from(cursor, 'base64url').toString()).not.toContain('SECRET-TENANT');
  });

  it.each<[string, string, Partial<IndexQuery>]>([
    ['another entity', 'ORDER#', {}],
    ['another index', 'USER#', { index: 'GSI2' }],
    ['another partition', 'USER#', { pk: 'USERS' }],
    ['another condition', 'USER#', { sk: { gte: 'B' } }],
    ['another operator', 'USER#', { sk: { gt: 'A' } }],
    ['no condition', 'USER#', { sk: undefined }],
    ['the other order', 'USER#', { order: 'desc' }],
  ])('is rejected by %s', (_, prefix, other) => {
    const cursor = encodeCursor('USER#', query, position);
    expect(() => decodeCursor(prefix, { ...query, ...other }, cursor)).toThrow(rejected);
  });

  it('keeps the id of another entity whole', () => {
    const codec = new CursorCodec('USER#', query);
    const foreign = { sk: 'B', id: 'ORDER#7' };
    expect(codec.decode(codec.encode(foreign))).toEqual(foreign);
  });

  it('is that of the same query where the order is only spelled out', () => {
    const { order: _, ...byDefault } = query;
    expect(decodeCursor('USER#', byDefault, encodeCursor('USER#', query, position))).toEqual(position);
  });

  const cursor = encodeCursor('USER#', query, position);
  const [sign = ''] = parts(cursor);
  it.each<[string, unknown]>([
    ['empty text', ''],
    ['rubbish', '%%%'],
    ['no list', encode({})],
    ['too few parts', encode([sign, 'B'])],
    ['too many parts', encode([sign, 'B', 'a', 'x'])],
    ['an item of its own, kept whole', encode([sign, 'B', 'USER#a', 'foreign'])],
    ['an empty foreign id', encode([sign, 'B', '', 'foreign'])],
    ['a foreign id too long', encode([sign, 'B', 'x'.repeat(2049), 'foreign'])],
    ['a part that is no text', encode([sign, 1, 'a'])],
    ['half a surrogate pair in its sort key', encode([sign, 'B\ud800', 'a'])],
    ['half a surrogate pair in its id', encode([sign, 'B', 'a\udc00'])],
    ['an empty sort key', encode([sign, '', 'a'])],
    ['an empty id', encode([sign, 'B', ''])],
    ['a sort key too long', encode([sign, 'B'.repeat(1025), 'a'])],
    ['an id too long', encode([sign, 'B', 'x'.repeat(2044)])],
    ['a sort key outside the condition', encode([sign, '0', 'a'])],
    ['padding', `${cursor}=`],
    ['white space', ` ${cursor}`],
    ['the other base64', Buffer.from(JSON.stringify([sign, '??>>', 'a'])).toString('base64')],
    ['other white space inside', Buffer.from(JSON.stringify([sign, 'B', 'a'], null, 1)).toString('base64url')],
    ['a number', 7],
    ['null', null],
  ])('is rejected when it is %s', (_, other) => {
    expect(() => decodeCursor('USER#', query, other as string)).toThrow(rejected);
  });

  it('is rejected when its sign is touched in any place, and never crashes on a changed one', () => {
    fc.assert(
      fc.property(fc.nat(cursor.length - 1), fc.constantFrom(...'ABCxyz019-_'), (at, sign) => {
        const changed = cursor.slice(0, at) + sign + cursor.slice(at + 1);
        try {
          expect(encodeCursor('USER#', query, decodeCursor('USER#', query, changed))).toBe(changed);
        } catch (error) {
          expect(error).toEqual(rejected);
        }
      }),
    );
  });
});
