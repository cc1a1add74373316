import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Attributes } from '../src/entity/entity.js';
import { indexKeys } from '../src/entity/index-keys.js';
import type { SetGSIKeys } from '../src/entity/key-recording.js';
import { entityArbitrary, keyArbitrary } from './generated-keys.js';

const base = { id: 'a', createdAt: '2024-01-01T00:00:00.000Z', version: 1 };
const keysOf = (setGSIKeys: SetGSIKeys, attributes: Attributes = {}) =>
  indexKeys(setGSIKeys, { ...base, ...attributes }, undefined);
/** A model with one sort key. */
const sorted =
  (sk: (entity: never, now: string) => unknown): SetGSIKeys =>
  (entity, now) => {
    entity.pk1 = 'P';
    entity.sk1 = sk(entity as never, now);
  };

interface Thing {
  name: string;
  nick?: string;
  rank?: number;
  address?: { city: string };
  tags?: string[];
  due?: string;
  isOpen?: boolean;
}

describe('index keys of absent attributes', () => {
  it.each<[string, (entity: Thing) => unknown]>([
    ['a template', (e) => `NICK#${e.nick}`],
    ['a template in upper case', (e) => `nick#${e.nick}`.toUpperCase()],
    ['concatenation', (e) => `NICK#`.concat(String(e.nick))],
    ['a plus', (e) => 'NICK#'.concat('') + e.nick],
    ['?.', (e) => `NICK#${e.nick?.toLowerCase()}`],
    ['?. of a part', (e) => `DOMAIN#${e.nick?.split('@')[1]}`],
    ['?. of one character', (e) => `INITIAL#${e.nick?.[0]}`],
    ['?. of a slice', (e) => `INITIALS#${e.nick?.slice(0, 1)}`],
    ['?. of a nested attribute', (e) => `CITY#${e.address?.city}`],
    ['?. of a list', (e) => `TAGS#${e.tags?.map((tag) => tag).join('+')}`],
    ['padding', (e) => `RANK#${String(e.rank).padStart(10, '0')}`],
    ['arithmetic', (e) => `RANK#${1000 - (e.rank as number)}`],
    ['arithmetic in lower case', (e) => `Rank#${1000 - (e.rank as number)}`.toLowerCase()],
    ['arithmetic in upper case', (e) => `Rank#${1000 - (e.rank as number)}`.toUpperCase()],
    ['?. of a number', (e) => `RANK#${e.rank?.toFixed(2)}`],
    ['parsing a number', (e) => `RANK#${Number.parseInt(String(e.rank), 10)}`],
    ['parsing a date', (e) => `DUE#${Date.parse(e.due as string)}`],
    ['encoding', (e) => `NICK#${encodeURIComponent(String(e.nick))}`],
    ['a fallback that is the word itself', (e) => `NICK#${e.nick ?? 'undefined'}`],
    ['a condition', (e) => (e.isOpen ? `RANK#${e.rank}` : `NICK#${e.nick}`)],
    ['itself', (e) => e.nick],
  ])('leaves out a pair that is built from an absent attribute by %s', (_, sk) => {
    const present = { nick: 'Bo@b', rank: 3, address: { city: 'Ulm' }, tags: ['t'], due: '2024-01-01' };
    expect(keysOf(sorted(sk), present)).toHaveProperty('sk1');
    expect(keysOf(sorted(sk), {})).toEqual({});
    expect(keysOf(sorted(sk), { nick: null, rank: null, address: null, tags: null, due: null })).toEqual({});
  });

  it.each<[string, (entity: Thing) => unknown, string]>([
    ['?? with an empty text', (e) => `NICK#${e.nick ?? ''}`, 'NICK#'],
    ['?? with "none"', (e) => `NICK#${e.nick ?? 'none'}`, 'NICK#none'],
    ['?? with "null"', (e) => `NICK#${e.nick ?? 'null'}`, 'NICK#null'],
    ['?? with "NULL", in another case', (e) => `NICK#${e.nick ?? 'NULL'}`.toLowerCase(), 'nick#null'],
    ['|| with a dash', (e) => `NICK#${e.nick || '-'}`, 'NICK#-'],
    ['|| with 0', (e) => `RANK#${(e.rank as number) * 2 || 0}`, 'RANK#0'],
    ['a word that contains nan', (e) => `TEAM#${e.nick ?? 'FINANCE'}#${e.due ?? 'tenant'}`, 'TEAM#FINANCE#tenant'],
    ['join', (e) => ['NICK', e.nick].join('#'), 'NICK#'],
    ['a spread list', (e) => ['TAGS', ...(e.tags ?? [])].join('+'), 'TAGS'],
    ['a conditional', (e) => (e.nick ? `NICK#${e.nick}` : 'ANONYMOUS'), 'ANONYMOUS'],
    ['a comparison', (e) => ((e.rank as number) > 3 ? 'HIGH' : 'LOW'), 'LOW'],
    ['a comparison that a probe would meet', (e) => ((e.rank as number) < 3 ? 'LOW' : 'HIGH'), 'HIGH'],
    ['a comparison with undefined', (e) => (e.nick === undefined ? 'ANONYMOUS' : e.nick), 'ANONYMOUS'],
    ['in', (e) => ('nick' in e ? `NICK#${e.nick}` : 'ANONYMOUS'), 'ANONYMOUS'],
    ['a flag', (e) => (e.isOpen ? 'OPEN' : 'CLOSED'), 'CLOSED'],
    ['an if', (e) => (e.nick ? undefined : 'S'), 'S'],
    ['a partition that is named so', (e) => `UNDEFINED#${e.nick ?? '-'}`, 'UNDEFINED#-'],
  ])('keeps a pair in which an absent attribute has an explicit fallback: %s', (_, sk, key) => {
    expect(keysOf(sorted(sk), {})).toEqual({ pk1: 'P', sk1: key });
    expect(keysOf(sorted(sk), { nick: null, rank: null, tags: null, isOpen: null })).toEqual({ pk1: 'P', sk1: key });
  });

  it.each<[string, (entity: Thing) => unknown, Attributes, string]>([
    ['a name that is literally "undefined"', (e) => `NAME#${e.name}`, { name: 'undefined' }, 'NAME#undefined'],
    ['a name that is literally "null"', (e) => `NAME#${e.name}#${e.nick ?? '-'}`, { name: 'null' }, 'NAME#null#-'],
    ['another attribute as fallback', (e) => `NICK#${e.nick ?? e.name}`, { name: 'NaN' }, 'NICK#NaN'],
    ['a list that says so', (e) => `${e.tags?.[0]}#${e.nick || '-'}`, { tags: ['undefined'] }, 'undefined#-'],
    ['a nested text', (e) => (e.nick ? '' : e.address?.city), { address: { city: 'undefined' } }, 'undefined'],
    ['a set', (e) => (e.nick ? '' : [...(e.tags ?? [])].join()), { tags: new Set(['NaN', 'b']) }, 'NaN,b'],
    ['a number 0', (e) => `RANK#${e.rank}`, { rank: 0 }, 'RANK#0'],
    ['an empty text', (e) => `NICK#${e.nick}`, { nick: '' }, 'NICK#'],
    ['false', (e) => `OPEN#${e.isOpen}`, { isOpen: false }, 'OPEN#false'],
  ])('keeps a pair with %s', (_, sk, attributes, key) => {
    expect(keysOf(sorted(sk), attributes)).toEqual({ pk1: 'P', sk1: key });
  });

  it.each<[string, string, (entity: Thing) => unknown]>([
    ['undefined', 'a conditional', (e) => (e.rank ? `RANK#${e.rank}` : `NAME#${e.name}`)],
    ['undefined is not a function', 'a comparison', (e) => ((e.rank as number) < 3 ? 'LOW' : e.name.padStart(40, '0'))],
    [
      'banana-NaN',
      'an if on which a probe fails',
      (e) => {
        if (e.nick) new Date(`${e.nick}-`).toISOString();
        return `NAME#${e.name}`;
      },
    ],
    ['Undefined', 'a conditional, in upper case', (e) => (e.nick ? '' : `NAME#${e.name}`.toUpperCase())],
  ])('keeps a key of the present value %j that is chosen by %s on an absent attribute', (name, _, sk) => {
    expect(keysOf(sorted(sk), { name })).toEqual({ pk1: 'P', sk1: sk({ name } as Thing) });
  });

  it('tells an absence from the same word in a present value', () => {
    const setGSIKeys = sorted((e: Thing) => `${e.name}#${e.nick}`);
    expect(keysOf(setGSIKeys, { name: 'undefined' })).toEqual({});
    expect(keysOf(setGSIKeys, { name: 'undefined', nick: 'NaN' })).toHaveProperty('sk1', 'undefined#NaN');
  });

  it.each<[string, Attributes, number]>([
    ['once where every attribute is present', { name: 'undefined', nick: 'NaN', rank: 0 }, 1],
    ['once where no key says that an attribute is absent', { name: 'Ann', rank: 1 }, 1],
    ['twice where a key says so', { name: 'Ann' }, 2],
    ['twice where a present value says so too', { name: 'undefined' }, 2],
  ])('runs setGSIKeys %s', (_, attributes, runs) => {
    let count = 0;
    keysOf(
      sorted((e: Thing) => {
        count += 1;
        return `${e.name}#${e.rank ? '' : e.nick}`;
      }),
      attributes,
    );
    expect(count).toBe(runs);
  });

  it('gives setGSIKeys the time of creation, and no key where an older item has none', () => {
    const setGSIKeys = sorted((_: Thing, now) => `CREATED#${now}`);
    expect(keysOf(setGSIKeys)).toEqual({ pk1: 'P', sk1: `CREATED#${base.createdAt}` });
    expect(keysOf(setGSIKeys, { createdAt: undefined })).toEqual({});
    expect(keysOf(setGSIKeys, { createdAt: null })).toEqual({});
  });

  it.each<[string, (entity: Thing, now: string) => unknown]>([
    ['a slice', (_, now) => `MONTH#${now.slice(0, 7)}`],
    ['a number', (_, now) => `SECOND#${Date.parse(now) / 1000}`],
  ])('leaves out a key of the time of creation in the form of %s where an older item has none', (_, sk) => {
    expect(keysOf(sorted(sk))).toHaveProperty('sk1');
    expect(keysOf(sorted(sk), { createdAt: undefined })).toEqual({});
  });
});

it('has a pair of a generated setGSIKeys exactly where no half is empty or built from an absent attribute', () => {
  fc.assert(
    fc.property(entityArbitrary, keyArbitrary, keyArbitrary, (entity, pk, sk) => {
      let runs = 0;
      const setGSIKeys: SetGSIKeys = (e) => {
        runs += 1;
        e.pk1 = pk.write(e);
        e.sk1 = sk.write(e);
      };
      const [pk1, sk1] = [pk.expected(entity), sk.expected(entity)];
      expect(keysOf(setGSIKeys, entity), `pk1 = ${pk.code}; sk1 = ${sk.code}`).toEqual(pk1 && sk1 ? { pk1, sk1 } : {});
      expect(runs).toBeLessThanOrEqual(2);
    }),
    { numRuns: 2000 },
  );
});
