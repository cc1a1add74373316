import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entityPrefix, newStoredId, storedId } from '../src/entity/entity-id.js';

const prefix = 'USER#';

describe('entityPrefix', () => {
  it.each([
    ['User', 'USER#'],
    ['order_line2', 'ORDER_LINE2#'],
    ['X', 'X#'],
  ])('makes of %s the prefix %s', (name, expected) => {
    expect(entityPrefix(name)).toBe(expected);
  });

  it.each(['', '1st', '_a', 'a b', 'a#', 'Grün', 'a-b', 'User\n', 'Unique', 'UNIQUE'])(
    'rejects the name %j',
    (name) => {
      expect(() => entityPrefix(name)).toThrow(TypeError);
    },
  );
});

describe('storedId', () => {
  it.each([
    ['abc', 'USER#abc'],
    ['USER#abc', 'USER#abc'],
    ['USER#USER#abc', 'USER#USER#abc'],
    ['USERS#1', 'USER#USERS#1'],
    ['USER1', 'USER#USER1'],
    ['USER', 'USER#USER'],
    ['user#1', 'USER#user#1'],
    [' USER#1', 'USER# USER#1'],
    ['#', 'USER##'],
    ['x'.repeat(2043), `USER#${'x'.repeat(2043)}`],
    ['ä'.repeat(1021), `USER#${'ä'.repeat(1021)}`],
  ])('stores %.20j as %.20j', (id, expected) => {
    expect(storedId(prefix, id)).toBe(expected);
  });

  it.each(['', 'USER#', 'x'.repeat(2044), 'ä'.repeat(1022), '😀'.repeat(511)])('has no item for %.20j', (id) => {
    expect(storedId(prefix, id)).toBeNull();
  });

  it('gives the same for an id with its prefix and without', () => {
    const bare = fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme' }).filter((id) => !id.startsWith(prefix));
    fc.assert(fc.property(bare, (id) => storedId(prefix, id) === storedId(prefix, prefix + id)));
  });

  it('keeps exactly what fits into 2,048 bytes of UTF-8', () => {
    fc.assert(
      fc.property(fc.integer({ min: 600, max: 2100 }), fc.constantFrom('a', 'é', '€', '😀'), (length, sign) => {
        const id = sign.repeat(length);
        return (storedId(prefix, id) !== null) === Buffer.byteLength(prefix + id) <= 2048;
      }),
    );
  });
});

describe('newStoredId', () => {
  it.each([
    ['', 'empty key'],
    ['USER#', 'empty key'],
    ['x'.repeat(2044), 'pk over 2,048 bytes'],
    [7, 'unsupported type'],
    [undefined, 'unsupported type'],
  ])('rejects %.20j: %s', (id, reason) => {
    expect(() => newStoredId(prefix, id)).toThrow(
      expect.objectContaining({ name: 'InvalidItemError', attribute: 'id', reason }),
    );
  });
});
