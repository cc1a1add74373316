import { marshall, NumberValueImpl, unmarshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readItems, readValues, valuesToJson } from '../src/lean-transport/attribute-json.js';
import { JsonReader, type Read } from '../src/lean-transport/json-reader.js';
import { attributes } from './attribute-arbitraries.js';

type Item = Record<string, unknown>;
type Json = Record<string, Record<string, unknown>>;

/** The item as the SDK sends it: value by value. */
const marshalled = (item: Item) =>
  Object.fromEntries(
    Object.entries(item)
      .filter(([, value]) => value !== undefined && typeof value !== 'function')
      .map(([name, value]) => [
        name,
        marshall(value as Item, { removeUndefinedValues: true, convertTopLevelContainer: true }),
      ]),
  );
const theirJson = (item: Item): unknown =>
  JSON.parse(
    JSON.stringify(marshalled(item), function (this: Item, name: string, value: unknown) {
      const given = this[name];
      return given instanceof Uint8Array ? Buffer.from(given).toString('base64') : value;
    }),
  );
const ourJson = (item: Item): Json => JSON.parse(valuesToJson(item));

/** What a part of an answer is read as. */
const readFrom = <V>(read: Read<V>, json: unknown): V => read(new JsonReader(Buffer.from(JSON.stringify(json))));

/** The result of a function, or its error's text. */
function outcome(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}

describe('attribute values', () => {
  it('are written as the SDK writes them, and read back as it reads them', () => {
    fc.assert(
      fc.property(attributes, (item) => {
        const json = ourJson(item);
        expect(json).toEqual(theirJson(item));
        expect(readFrom(readValues, json)).toEqual(unmarshall(marshalled(item) as never));
      }),
      { numRuns: 1000 },
    );
  });

  const odd: [string, unknown][] = [
    ['minus zero', -0],
    ['an exponent', 1e21 / 1e6],
    ['a tiny number', 5e-324],
    ['the greatest safe integer', Number.MAX_SAFE_INTEGER],
    ['an unsafe integer', 2 ** 53],
    ['NaN', Number.NaN],
    ['infinity', Number.NEGATIVE_INFINITY],
    ['a bigint', 2n ** 70n],
    ['a number in a wrapper', new NumberValueImpl('1.00000000000000000000001')],
    ['an empty text', ''],
    ['half of a surrogate pair', 'a\uD800b'],
    ['a null byte and separators', '\u0000\u2028\u2029"\\'],
    ['undefined in a list', [1, undefined, () => 1, 2]],
    ['undefined in a map', { a: undefined, b: () => 1, c: { d: undefined } }],
    ['a Map', new Map<string, unknown>([['a', { b: [new Set(['c'])] }]])],
    ['an object without a prototype', Object.assign(Object.create(null), { a: 1 })],
    ['an empty list and map', { a: [], b: {} }],
    ['a set of numbers', new Set([1, -0, 1e-7])],
    ['a set of bytes', new Set([new Uint8Array([1, 2])])],
    ['an empty set', new Set()],
    ['a mixed set', new Set(['a', 1])],
    ['a set of undefined', new Set([undefined, 'a'])],
    ['no bytes', new Uint8Array()],
    ['a part of a buffer', Buffer.from('abcdef').subarray(2, 4)],
    ['a Date', new Date(0)],
    [
      'a class instance',
      new (class Money {
        amount = 1;
      })(),
    ],
    ['a boxed text', Object('text')],
    ['a symbol', Symbol('s')],
  ];
  it.each(odd)('written: %s as the SDK does', (_, value) => {
    expect(outcome(() => ourJson({ value, nested: { value } }))).toEqual(
      outcome(() => theirJson({ value, nested: { value } })),
    );
  });

  const stored: [string, Record<string, unknown>][] = [
    ...['0', '-0', '1e3', '1.5E-10', '9007199254740991', '-9007199254740991', '9007199254740992', '1E+30', '1e30'].map(
      (N): [string, Record<string, unknown>] => [N, { N }],
    ),
    ['a great fraction', { N: '12345678901234567890.5' }],
    ['a number out of all range', { N: '1e400' }],
    ['a set with a great number', { NS: ['1', '123456789012345678901234567890'] }],
    ['null', { NULL: true }],
    ['bytes', { B: 'AQID' }],
    ['sets', { M: { a: { BS: ['AQ==', 'Ag=='] }, b: { SS: ['x'] } } }],
    ['an unknown type', { X: 'y' }],
  ];
  it.each(stored)('read: %s as the SDK does', (_, value) => {
    const asTheSdkHasIt = (one: Record<string, unknown>): unknown =>
      Object.fromEntries(
        Object.entries(one).map(([type, content]) => {
          const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'base64'));
          if (type === 'B') return [type, bytes(content as string)];
          if (type === 'BS') return [type, (content as string[]).map(bytes)];
          if (type !== 'M') return [type, content];
          const map = Object.entries(content as Json).map(([name, inner]) => [name, asTheSdkHasIt(inner)]);
          return [type, Object.fromEntries(map)];
        }),
      );
    expect(outcome(() => readFrom(readValues, { value }))).toEqual(
      outcome(() => unmarshall({ value: asTheSdkHasIt(value) } as never)),
    );
  });

  it('of a list of items are each item’s own, whatever the order and number of their names', () => {
    fc.assert(
      fc.property(fc.array(attributes), fc.func(fc.integer()), (items, order) => {
        const shuffled = items.flatMap((item) => {
          const json = Object.entries(ourJson(item));
          const other = [...json].sort(([a], [b]) => order(a) - order(b));
          return [json, other, json.slice(1), other.slice(1)].map((entries) => Object.fromEntries(entries));
        });
        expect(readFrom(readItems, shuffled)).toEqual(shuffled.map((json) => readFrom(readValues, json)));
      }),
      { numRuns: 200 },
    );
    const list: Json[] = [{ a: { S: '1' }, b: { S: '2' } }, JSON.parse('{"a":{"S":"3"},"constructor":{"S":"4"}}')];
    expect(readFrom(readItems, list)).toEqual([{ a: '1', b: '2' }, JSON.parse('{"a":"3","constructor":"4"}')]);
  });
});

describe('the reader of JSON', () => {
  const values = fc.jsonValue({ maxDepth: 4 });
  const read = (text: string) => {
    const reader = new JsonReader(Buffer.from(text));
    const value = reader.any();
    reader.end();
    return value;
  };

  it('reads what JSON.parse reads, with white space and escapes or without', () => {
    const escaped = (text: string) =>
      text.replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
    fc.assert(
      fc.property(values, fc.constantFrom(undefined, 1, '\t\r\n'), (value, space) => {
        const text = JSON.stringify(value, undefined, space);
        expect(read(text)).toEqual(JSON.parse(text));
        expect(read(escaped(text))).toEqual(JSON.parse(text));
      }),
      { numRuns: 1000 },
    );
  });

  it('throws a SyntaxError for whatever was cut short, or goes on', () => {
    fc.assert(
      fc.property(values, fc.nat(), (value, at) => {
        const text = JSON.stringify({ value });
        expect(() => read(text.slice(0, at % text.length))).toThrow(SyntaxError);
        expect(() => read(`${text}}`)).toThrow(SyntaxError);
      }),
      { numRuns: 1000 },
    );
  });

  it.each(['', '{', '[1,]', '{"a" 1}', '{"a":}', '{a:1}', 'tru', '-', '1.', '"\\x"', '"\\', '[1 2]', '<html>'])(
    'throws a SyntaxError for %s',
    (text) => {
      expect(() => read(text)).toThrow(SyntaxError);
    },
  );
});
