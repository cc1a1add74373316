import { describe, expect, it } from 'vitest';
import { type BaseModel, DynamoModel, inspect, key } from '../src/index.js';

interface Person extends BaseModel {
  email: string;
  name: string;
  team?: string;
}

type Keys = (person: Person, now: string) => void;
const templates: Keys = (person) => {
  person.pk1 = 'PERSON';
  person.sk1 = key(person)`EMAIL#${'email'}`;
  person.pk2 = 'PERSON';
  person.sk2 = key(person)`CREATED#${'createdAt'}`;
};
const texts: Keys = (person, now) => {
  person.pk1 = 'PERSON';
  person.sk1 = `EMAIL#${person.email}`;
  person.pk2 = 'PERSON';
  person.sk2 = `CREATED#${now}`;
};

/** A model with any declaration, as JavaScript would allow it. */
function modelWith(shards: unknown, keys: Keys = templates, indexed?: readonly string[]) {
  class PersonModel extends DynamoModel<Person> {
    protected getEntityName() {
      return 'Person';
    }
    protected generateId() {
      return 'a';
    }
    protected setGSIKeys(person: Person, now: string) {
      keys(person, now);
    }
    protected override indexedAttributes() {
      return indexed as readonly (keyof Person & string)[] | undefined;
    }
    protected override indexShards() {
      return shards as undefined;
    }
  }
  return new PersonModel();
}

const item = {
  id: 'PERSON#1',
  email: 'ada@example.com',
  name: 'Ada',
  createdAt: '2026-01-01T00:00:00.000Z',
  version: 1,
};
const plain = {
  pk1: 'PERSON',
  sk1: 'EMAIL#ada@example.com',
  pk2: 'PERSON',
  sk2: 'CREATED#2026-01-01T00:00:00.000Z',
};
const keysOf = (shards: unknown, stored: object = item, keys = templates) =>
  inspect(modelWith(shards, keys)).keys({ ...item, ...stored });

const of = (shards: unknown, more: object = {}) => ({
  GSI1: { shards, by: 'email', ...more },
  GSI2: { shards, by: 'id', ...more },
});
const inFour = {
  pk1: 'PERSON~1',
  sk1: 'EMAIL#ada@example.com\u0001#PERSON#1',
  pk2: 'PERSON~2',
  sk2: 'CREATED#2026-01-01T00:00:00.000Z\u0001#PERSON#1',
};

describe('index keys', () => {
  it.each([
    ['without a declaration', undefined],
    ['with none', {}],
    ['with one shard', of(1)],
    ['with one shard in a list', of([1])],
    ['while they still are written to one', of([1, 4])],
    ['on the way back', of([4, 1], { write: 1 })],
  ])('are the keys that setGSIKeys sets %s', (_, shards) => {
    expect(keysOf(shards)).toEqual(plain);
    expect(keysOf(shards, {}, texts)).toEqual(plain);
  });

  it.each([
    ['with four shards', of(4)],
    ['while they move to four', of([1, 4], { write: 4 })],
    ['while they still are written to four', of([4, 1])],
  ])('are spread %s', (_, shards) => {
    expect(keysOf(shards)).toEqual(inFour);
    expect(keysOf(shards, {}, texts)).toEqual(inFour);
  });

  it('are spread in the declared indexes only', () => {
    const { pk1, sk1 } = inFour;
    expect(keysOf({ GSI1: { shards: 4, by: 'email' } })).toEqual({ ...plain, pk1, sk1 });
  });

  it('move one way only', () => {
    expect(keysOf(of([1, 4]), inFour)).toEqual(inFour); // another process has moved it
    expect(keysOf(of([4, 1]), plain)).toEqual(plain);
    expect(keysOf(of([1, 4], { write: 4 }), plain)).toEqual(inFour);
    expect(keysOf(of([1, 4]), { ...inFour, pk1: 'STALE', pk2: 'STALE' })).toEqual(plain);
  });

  it('of another number of shards are recognised, also beside wrong ones', () => {
    const { keysOfOtherShards } = inspect(modelWith(of(4)));
    expect(keysOfOtherShards({ ...item, ...plain })).toEqual(['pk1', 'pk2']);
    expect(keysOfOtherShards({ ...item, ...inFour, pk1: 'PERSON~200' })).toEqual(['pk1']);
    expect(keysOfOtherShards({ ...item, ...plain, pk1: 'OTHER' })).toEqual(['pk2']);
    expect(keysOfOtherShards({ ...item, ...plain, sk1: inFour.sk1 })).toEqual(['pk2']);
    expect(keysOfOtherShards({ ...item, ...plain, pk3: 'X', sk3: 'Y' })).toEqual(['pk1', 'pk2']);
    expect(keysOfOtherShards({ ...item, ...inFour, pk3: 'X', sk3: 'Y' })).toEqual([]);
    expect(keysOfOtherShards({ ...item, pk1: 'PERSON' })).toEqual([]);
    expect(keysOfOtherShards({ ...item, ...inFour })).toEqual([]);
    expect(keysOfOtherShards(item)).toEqual([]);
    expect(inspect(modelWith(undefined)).keysOfOtherShards({ ...item, ...inFour })).toEqual(['pk1', 'pk2']);
  });

  it('follow from a layout that tools can compare', () => {
    const layouts = [undefined, of(4), of(8), of([4, 8]), of([4, 8], { write: 8 })].map(
      (shards) => inspect(modelWith(shards)).layout,
    );
    expect(new Set(layouts).size).toBe(5);
  });

  it('that are too long in a shard are rejected', () => {
    const email = 'x'.repeat(1010);
    expect(keysOf(of(1), { email }).sk1).toContain(email);
    expect(() => keysOf(of(4), { email })).toThrow('sk over 1,024 bytes');
  });
});

describe('a declaration', () => {
  const where = 'indexShards() of Person';
  it.each<[string, unknown, string, Keys?, (readonly string[])?]>([
    [
      'an unknown index',
      { GSI21: { shards: 4, by: 'id' } },
      `${where} has GSI21; a table has GSI1, GSI2, and so on to GSI20 at most`,
    ],
    [
      'an index without keys',
      { GSI3: { shards: 4, by: 'id' } },
      `${where} has GSI3, but setGSIKeys sets no pk3 and sk3`,
    ],
    ...[0, -1, 1.5, 257, Number.NaN, '4', null, [], [1, 2, 3], [1, 0], undefined].map(
      (shards): [string, unknown, string] => [
        `${JSON.stringify(shards)} shards`,
        of(shards),
        `shards of GSI1 in ${where} is ${JSON.stringify(shards)}; it takes a whole number from 1 to 256, or two while entries move: [from, to]`,
      ],
    ),
    [
      'a move to the same number',
      of([4, 4]),
      `shards of GSI1 in ${where} is [4, 4]: entries move between different numbers of shards`,
    ],
    ['`write` of another number', of([1, 4], { write: 8 }), `\`write\` of GSI1 in ${where} is 8; it takes 1 or 4`],
    [
      '`write` without a move',
      of(4, { write: 4 }),
      `${where} has \`write\` for GSI1, which goes with two numbers of shards: shards: [1, 4]`,
    ],
    ['no `by`', { GSI1: { shards: 4 } }, `${where} needs \`by\` for GSI1: 'id', or an attribute of which sk1 is made`],
    [
      'an attribute of no key',
      { GSI1: { shards: 4, by: 'name' } },
      `\`by\` of GSI1 in ${where} is name, of which sk1 is not made: name 'id', or an attribute of sk1`,
    ],
    ['an attribute of another index', { GSI2: { shards: 4, by: 'email' } }, '`by` of GSI2'],
    ['an attribute that setGSIKeys does not read', { GSI1: { shards: 4, by: 'name' } }, '`by` of GSI1', texts],
    ['an attribute even of one shard', { GSI1: { shards: 1, by: 'name' } }, '`by` of GSI1'],
  ])('with %s is rejected', async (_, shards, message, keys) => {
    await expect(modelWith(shards, keys).getById('a')).rejects.toThrow(
      expect.objectContaining({ name: 'TypeError', message: expect.stringContaining(message) }),
    );
  });

  it.each<[string, unknown, Keys?, (readonly string[])?]>([
    ['an attribute of its sort key', { GSI1: { shards: 256, by: 'email' } }],
    ['the time of creation', { GSI2: { shards: 4, by: 'createdAt' } }],
    ['an attribute of a plain text', of(4), texts],
    [
      'an attribute that is read in some cases, and declared',
      { GSI1: { shards: 4, by: 'team' } },
      (person) => {
        person.pk1 = 'PERSON';
        person.sk1 = person.name === 'x' ? `T#${person.team}` : 'T#none';
      },
      ['name', 'team'],
    ],
  ])('by %s is accepted', (_, shards, keys, indexed) => {
    expect(inspect(modelWith(shards, keys, indexed)).entityName).toBe('Person');
  });
});

it('is checked by its type', () => {
  abstract class Base extends DynamoModel<Person> {}
  abstract class Right extends Base {
    protected override indexShards() {
      return { GSI1: { shards: [1, 8], by: 'email', write: 8 }, GSI2: { shards: 8, by: 'createdAt' } } as const;
    }
  }
  abstract class NoAttribute extends Base {
    // @ts-expect-error -- no attribute
    protected override indexShards() {
      return { GSI1: { shards: 8, by: 'nick' } } as const;
    }
  }
  abstract class NoNumber extends Base {
    // @ts-expect-error -- no number
    protected override indexShards() {
      return { GSI1: { shards: '8', by: 'id' } } as const;
    }
  }
  expect([Right, NoAttribute, NoNumber]).toHaveLength(3);
});
