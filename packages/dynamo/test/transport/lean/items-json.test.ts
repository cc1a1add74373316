import { randomUUID } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readValues, valuesToJson } from '../../../src/transport/lean/attribute-json.js';
import { readItems } from '../../../src/transport/lean/items-json.js';
import { attributes } from '../../attribute-arbitraries.js';

const bodyOf = (items: readonly object[], rest = '"Count":1') =>
  Buffer.from(`{"Items":[${items.map(valuesToJson)}],${rest}}`);

/** Returns the items of a body by `JSON.parse`, or that it cannot be read. */
function plainly(body: Buffer): unknown {
  try {
    const { Items, ...rest } = JSON.parse(body.toString());
    return { items: Items.map(readValues), rest: { ...rest, Items: [] } };
  } catch {
    return 'unreadable';
  }
}

const page = fc.array(attributes, { maxLength: 5 });
const someNames = fc.array(fc.constantFrom<string>('S', 'Items', 'é', 'a"b\\', '1'), { maxLength: 3 });

describe('the items of an answer', () => {
  it('are the same as by JSON.parse, without the attributes that are left out', () => {
    let direct = 0;
    const test = fc.property(page, attributes, someNames, (items, key, names) => {
      const body = bodyOf(items, `"LastEvaluatedKey":${valuesToJson(key)},"Count":${items.length}`);
      const read = readItems(body, (name) => names.includes(name));
      if (read === undefined) return;
      direct++;
      const plain = plainly(body) as { items: Record<string, unknown>[] };
      for (const item of plain.items) for (const name of names) delete item[name];
      expect(read).toEqual(plain);
    });
    fc.assert(test, { numRuns: 500 });
    expect(direct).toBeGreaterThan(250); // an item without attributes or with an escaped name is left to JSON.parse
  });

  it('are the same, or left to JSON.parse, if a part of the text is missing, doubled or different', () => {
    const piece = fc.constantFrom(
      '"',
      '\\',
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      ' ',
      'S',
      '"S":',
      '":{"',
      '"Items":[',
      'é',
      '0',
    );
    const change = fc.tuple(fc.nat(), fc.nat({ max: 3 }), fc.oneof(fc.constant(''), piece));
    const test = fc.property(page, change, (items, [place, length, inserted]) => {
      const text = bodyOf(items).toString();
      const at = place % text.length;
      const body = Buffer.from(text.slice(0, at) + inserted + text.slice(at + length));
      const read = readItems(body);
      if (read !== undefined) expect(read).toEqual(plainly(body));
    });
    fc.assert(test, { numRuns: 4000 });
  });

  it('have their attributes in one order, whatever the order of the engine', () => {
    const items = [
      { id: '1', name: 'Ada', version: 1 },
      { version: 2, id: '2', name: 'Eve' },
      { updatedAt: 'now', name: 'Zoe', id: '3', version: 3 },
      { name: 'Tom', version: 4, id: '4', updatedAt: 'then' },
    ];
    const read = readItems(bodyOf(items))?.items ?? [];
    expect(read).toEqual(items);
    const known = ['id', 'name', 'version'];
    expect(read.map(Object.keys)).toEqual([known, known, [...known, 'updatedAt'], [...known, 'updatedAt']]);
  });

  it.each([
    ['white space', '{"Items":[ {"id":{"S":"1"}}]}'],
    ['an item without attributes', '{"Items":[{}]}'],
    ['an escaped name', '{"Items":[{"a\\"b":{"S":"1"}}]}'],
    ['a comma at the end', '{"Items":[{"id":{"S":"1"}},]}'],
    ['an unknown type', '{"Items":[{"id":{"X":"1"}}]}'],
    ['a list within another field', '{"A":{"Items":[{"id":{"S":"1"}}]},"Items":[]}'],
    ['a second list', '{"Items":[{"id":{"S":"1"}}],"Items":[{"id":{"S":"2"}}]}'],
    ['no list', '{"Item":{"id":{"S":"1"}}}'],
    ['an end within a string', '{"Items":[{"id":{"S":"1'],
    [
      'more names than one kind of entity has',
      bodyOf([Object.fromEntries([...Array(101).keys()].map((i) => [`a${i}`, i]))]),
    ],
  ])('are left to JSON.parse where there is %s', (_, body) => {
    expect(readItems(Buffer.from(body))).toBeUndefined();
  });

  it('cannot set a prototype', () => {
    const body = Buffer.from('{"Items":[{"__proto__":{"M":{"isAdmin":{"BOOL":true}}},"id":{"S":"1"}}]}');
    const [item] = readItems(body)?.items ?? [];
    expect(item).toEqual({ id: '1' });
    expect(item?.isAdmin).toBeUndefined();
  });

  it('do not keep the text of their page in memory', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const used = () => {
      collect();
      return process.memoryUsage().heapUsed + process.memoryUsage().external;
    };
    const before = used();
    const kept: unknown[] = [];
    for (let i = 0; i < 40; i++) {
      const large = bodyOf([{ id: `USER#${randomUUID()}`, text: 'x'.repeat(500_000) }]);
      kept.push(readItems(large, (name) => name === 'text')?.items[0]?.id);
    }
    expect(kept.every((id) => typeof id === 'string')).toBe(true);
    expect(used() - before).toBeLessThan(5_000_000); // of 20 MB
  });

  it('are read across the ends of the windows in which the body is read', () => {
    const items = Array.from({ length: 3000 }, (_, i) => ({
      ...{ id: `USER#${i}`, text: '"é'.repeat(i % 40), list: [{ a: { b: 'x'.repeat(i % 7) } }] },
      ...(i % 1000 === 999 && { large: 'y'.repeat(200_000) }),
    }));
    expect(readItems(bodyOf(items))?.items).toEqual(items);
  });
});
