import { marshall, NumberValueImpl, unmarshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readValues, valuesToJson } from '../../../src/transport/lean/attribute-json.js';
import { decodeOutput } from '../../../src/transport/lean/operation-json.js';
import { decodeItem } from '../../../src/transport/number-value.js';
import { BadResponseError } from '../../../src/transport/reply.js';
import { attributes } from '../../attribute-arbitraries.js';

type Item = Record<string, unknown>;
type Json = Record<string, Record<string, unknown>>;

/** Returns an item as the SDK sends it: value by value. */
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

/** Returns the result of a function, or the text of its error. */
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
        expect(readValues(json)).toEqual(unmarshall(marshalled(item) as never));
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
  it.each(odd)('are written as the SDK writes them: %s', (_, value) => {
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
  it.each(stored)('are read as the SDK reads them, except for numbers that it cannot read: %s', (_, value) => {
    const inSdkForm = (notation: Record<string, unknown>): unknown =>
      Object.fromEntries(
        Object.entries(notation).map(([type, content]) => {
          const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'base64'));
          if (type === 'B') return [type, bytes(content as string)];
          if (type === 'BS') return [type, (content as string[]).map(bytes)];
          if (type !== 'M') return [type, content];
          const map = Object.entries(content as Json).map(([name, inner]) => [name, inSdkForm(inner)]);
          return [type, Object.fromEntries(map)];
        }),
      );
    expect(outcome(() => readValues({ value }))).toEqual(
      outcome(() => decodeItem({ value: inSdkForm(value) } as never)),
    );
  });
});

describe('an answer', () => {
  const decode = (body: string | Buffer) => decodeOutput({ status: 200, headers: {}, body: Buffer.from(body) });

  it('that is cut short, or goes on, cannot be read', () => {
    const body = Buffer.from('{"Item":{"id":{"S":"a"}}}');
    expect(decode(body)).toEqual({ Item: { id: 'a' } });
    for (let at = 0; at < body.length; at++) expect(() => decode(body.subarray(0, at))).toThrow(BadResponseError);
    expect(() => decode(Buffer.concat([body, body]))).toThrow(BadResponseError);
  });

  it.each(['{"Item":{"id":{"X":"a"}}}', '{"Item":{"id":{"L":5}}}', '{"Items":{}}', '{"Item":{"id":{}}}'])(
    'with values that are not of DynamoDB cannot be read: %s',
    (body) => {
      expect(() => decode(body)).toThrow(BadResponseError);
    },
  );

  it('sets no prototype', () => {
    const output = decode('{"Item":{"id":{"S":"a"},"__proto__":{"M":{"admin":{"BOOL":true}}}}}');
    expect(output).toEqual({ Item: { id: 'a' } });
    expect('admin' in (output as { Item: object }).Item).toBe(false);
  });

  it('has no field that is null', () => {
    expect(decode('{"Items":[],"Count":0,"LastEvaluatedKey":null}')).toEqual({ Items: [], Count: 0 });
  });
});
