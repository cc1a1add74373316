import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Attributes } from '../src/entity.js';
import { checkDeclaration, indexKeys, keysToRemove, type SetGSIKeys } from '../src/index-keys.js';

const base = { id: 'a', createdAt: '2024-01-01T00:00:00.000Z', version: 1 };
const keysOf = (setGSIKeys: SetGSIKeys, attributes: Attributes = {}, declared?: readonly string[]) =>
  indexKeys(setGSIKeys, { ...base, ...attributes }, declared);
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
  isOpen?: boolean;
}

describe('indexKeys', () => {
  it('takes whole pairs only', () => {
    const setGSIKeys: SetGSIKeys = (entity) => {
      Object.assign(entity, { pk1: 'P', sk1: 'S', pk2: 'P', sk3: 'S' });
    };
    expect(keysOf(setGSIKeys)).toEqual({ pk1: 'P', sk1: 'S' });
  });

  it.each<[string, Attributes]>([
    ['a missing sort key', { pk1: 'P' }],
    ['a missing partition key', { sk1: 'S' }],
    ['an empty sort key', { pk1: 'P', sk1: '' }],
    ['an empty partition key', { pk1: '', sk1: 'S' }],
    ['an undefined half', { pk1: 'P', sk1: undefined }],
    ['a null half', { pk1: null, sk1: 'S' }],
  ])('leaves out a pair with %s', (_, keys) => {
    expect(keysOf((entity) => void Object.assign(entity, keys))).toEqual({});
  });

  it.each<[string, string, (entity: Thing) => unknown]>([
    ['annulled', 'another attribute that is absent chooses', (e) => (e.rank ? `RANK#${e.rank}` : `NAME#${e.name}`)],
    ['NULLSOFT', 'what is absent is spread', (e) => [`NAME#${e.name}`, ...(e.tags ?? [])].join('+')],
    [
      'banana-NaN',
      'a date would be made of what is absent',
      (e) => {
        if (e.nick) new Date(e.nick).toISOString();
        return `NAME#${e.name}`;
      },
    ],
    ['Null', 'it is told in upper case', (e) => (e.nick ? '' : `NAME#${e.name}`.toUpperCase())],
  ])('keeps a key of %j where %s', (name, _, sk) => {
    expect(keysOf(sorted(sk as never), { name })).toEqual({ pk1: 'P', sk1: sk({ name } as Thing) });
  });

  it.each<[string, (entity: Thing) => unknown]>([
    ['another', (e) => (e.rank ? `RANK#${e.rank}` : `NICK#${e.nick}`)],
    ['none', (e) => (e.rank ? undefined : `NICK#${e.nick}`)],
  ])('leaves out a key of what is absent, where something else that is absent chose it and not %s', (_, sk) => {
    expect(keysOf(sorted(sk as never), { name: 'annulled' })).toEqual({});
  });

  it.each<[string, (entity: Thing) => unknown]>([
    ['a template', (e) => `NICK#${e.nick}`],
    ['a template in upper case', (e) => `nick#${e.nick}`.toUpperCase()],
    ['a join', (e) => ['NICK', e.nick].join('#')],
    ['concatenation', (e) => `NICK#`.concat(String(e.nick))],
    ['a plus', (e) => `NICK#${e.nick}`],
    ['?.', (e) => `NICK#${e.nick?.toLowerCase()}`],
    ['?. of a part', (e) => `DOMAIN#${e.nick?.split('@')[1]}`],
    ['?. of one sign', (e) => `INITIAL#${e.nick?.[0]}`],
    ['?. of a slice', (e) => `INITIALS#${e.nick?.slice(0, 1)}`],
    ['?. of an attribute in it', (e) => `CITY#${e.address?.city}`],
    ['?. of a list', (e) => `TAGS#${e.tags?.map((tag) => tag).join('+')}`],
    ['padding', (e) => `RANK#${String(e.rank).padStart(10, '0')}`],
    ['arithmetic', (e) => `RANK#${1000 - (e.rank as number)}`],
    ['?. of a number', (e) => `RANK#${e.rank?.toFixed(2)}`],
    ['encoding', (e) => `NICK#${encodeURIComponent(String(e.nick))}`],
    ['an empty fallback', (e) => `NICK#${e.nick ?? ''}`],
    ['itself', (e) => e.nick],
  ])('leaves out a pair that is made from an absent attribute by %s', (_, sk) => {
    const present = { nick: 'Bo@b', rank: 3, address: { city: 'Ulm' }, tags: ['t'] };
    expect(keysOf(sorted(sk), present)).toHaveProperty('sk1');
    expect(keysOf(sorted(sk), {})).toEqual({});
    expect(keysOf(sorted(sk), { nick: null, address: null, tags: null })).toEqual({});
  });

  it.each<[string, (entity: Thing) => unknown, Attributes, string]>([
    ['a name that is literally "undefined"', (e) => `NAME#${e.name}`, { name: 'undefined' }, 'NAME#undefined'],
    ['a name that is literally "null"', (e) => `NAME#${e.name}#${e.nick ?? '-'}`, { name: 'null' }, 'NAME#null#-'],
    ['a fallback by ??', (e) => `NICK#${e.nick ?? e.name}`, { name: 'Ann' }, 'NICK#Ann'],
    ['a fallback by ||', (e) => `NICK#${e.nick || 'none'}`, {}, 'NICK#none'],
    ['a conditional', (e) => (e.nick ? `NICK#${e.nick}` : 'ANONYMOUS'), {}, 'ANONYMOUS'],
    ['a flag that is absent', (e) => (e.isOpen ? 'OPEN' : 'CLOSED'), {}, 'CLOSED'],
    ['a number 0', (e) => `RANK#${e.rank}`, { rank: 0 }, 'RANK#0'],
    ['an empty text', (e) => `NICK#${e.nick}`, { nick: '' }, 'NICK#'],
    ['false', (e) => `OPEN#${e.isOpen}`, { isOpen: false }, 'OPEN#false'],
  ])('keeps a pair with %s', (_, sk, attributes, key) => {
    expect(keysOf(sorted(sk), attributes)).toEqual({ pk1: 'P', sk1: key });
  });

  it('judges each pair by itself', () => {
    const setGSIKeys: SetGSIKeys = (entity) => {
      Object.assign(entity, { pk1: 'P', sk1: `N#${entity.nick}`, pk2: 'P', sk2: `N#${entity.name}` });
    };
    expect(keysOf(setGSIKeys, { name: 'undefined' })).toEqual({ pk2: 'P', sk2: 'N#undefined' });
  });

  it('keeps whatever a present text says, and drops what an absent one leaves', () => {
    const text = fc.oneof(fc.constantFrom('undefined', 'null', 'NaN', ''), fc.string({ unit: 'grapheme' }));
    fc.assert(
      fc.property(text, fc.option(text, { nil: undefined }), (name, nick) => {
        const keys = keysOf(
          sorted((e: Thing) => `${e.name}#${e.nick}`),
          { name, nick },
        );
        expect(keys).toEqual(nick === undefined ? {} : { pk1: 'P', sk1: `${name}#${nick}` });
      }),
    );
  });

  it('gives setGSIKeys the time of creation, and no key where an older item has none', () => {
    const setGSIKeys = sorted((_: Thing, now) => `CREATED#${now}`);
    expect(keysOf(setGSIKeys)).toEqual({ pk1: 'P', sk1: `CREATED#${base.createdAt}` });
    expect(keysOf(setGSIKeys, { createdAt: undefined })).toEqual({});
  });

  it('shows setGSIKeys the bare entity: keys are there once they are set', () => {
    const seen: unknown[] = [];
    keysOf((entity) => {
      seen.push('pk1' in entity, entity.pk1, Object.keys(entity));
      entity.pk1 = 'P';
      seen.push('pk1' in entity, entity.pk1);
      delete entity.pk1;
      seen.push(entity.pk1);
    });
    expect(seen).toEqual([false, undefined, Object.keys(base), true, 'P', undefined]);
  });

  it.each([
    [1024, 1],
    [342, 3],
  ])('takes sort keys up to 1,024 bytes: %i signs', (signs, bytes) => {
    const sign = bytes === 1 ? 'x' : '€';
    const most = Math.floor(1024 / bytes);
    expect(keysOf(sorted(() => sign.repeat(most)))).toHaveProperty('sk1');
    expect(() => keysOf(sorted(() => sign.repeat(Math.max(signs, most + 1))))).toThrow(
      expect.objectContaining({ name: 'InvalidItemError', attribute: 'sk1', reason: 'sk over 1,024 bytes' }),
    );
  });

  it('refuses a partition key over 2,048 bytes', () => {
    const long = (bytes: number) =>
      keysOf((entity) => void Object.assign(entity, { pk2: 'x'.repeat(bytes), sk2: 'S' }));
    expect(long(2048)).toHaveProperty('pk2');
    expect(() => long(2049)).toThrow(expect.objectContaining({ attribute: 'pk2', reason: 'pk over 2,048 bytes' }));
  });

  it('refuses a key that is no text', () => {
    expect(() => keysOf(sorted(() => 7))).toThrow(
      expect.objectContaining({ attribute: 'sk1', reason: 'unsupported type' }),
    );
  });

  it('refuses an asynchronous setGSIKeys, also one that fails later', () => {
    const asynchronous = (async () => {
      throw new Error('late');
    }) as unknown as SetGSIKeys;
    expect(() => keysOf(asynchronous)).toThrow(/synchronous/);
  });

  it('refuses to set anything but keys, since it would be lost', () => {
    expect(() => keysOf((entity) => void Object.assign(entity, { name: 'x' }))).toThrow(/sets name/);
  });
});

describe('indexedAttributes', () => {
  const setGSIKeys = sorted((e: Thing) => `${e.name}#${e.nick}`);

  it('may list more than is read', () => {
    expect(keysOf(setGSIKeys, { name: 'n', nick: 'k' }, ['name', 'nick', 'rank'])).toHaveProperty('sk1', 'n#k');
  });

  it.each<[string, (entity: Thing & { id: string }, now: string) => unknown]>([
    ['a template', (e) => `N#${e.name}`],
    ['a condition', (e) => (e.name ? 'A' : 'B')],
    ['in', (e) => ('name' in e ? 'A' : 'B')],
  ])('names an attribute that is read by %s without being listed', (_, sk) => {
    expect(() => keysOf(sorted(sk), { name: 'n' }, ['nick'])).toThrow(/setGSIKeys reads name/);
    expect(() => checkDeclaration(sorted(sk), ['nick'])).toThrow(/setGSIKeys reads name/);
  });

  it('must list all where all are read, as a spread does', () => {
    expect(() =>
      keysOf(
        sorted((e: Thing) => JSON.stringify({ ...e })),
        { name: 'n' },
        ['name'],
      ),
    ).toThrow(/version/);
  });

  it('need not list id and createdAt, which never change', () => {
    const constant = sorted((e: { id: string; createdAt: string }, now) => `${e.id}${e.createdAt}${now}`);
    expect(keysOf(constant, {}, [])).toHaveProperty('sk1');
    expect(() => checkDeclaration(constant, [])).not.toThrow();
  });

  it('are checked without an entity, whatever is done with what is read', () => {
    const busy = sorted((e: Thing) => `${e.rank?.toFixed(2)}${e.tags?.map(String).join()}${e.address?.city.trim()}`);
    expect(() => checkDeclaration(busy, ['rank', 'tags'])).toThrow(/reads address/);
    expect(() => checkDeclaration(busy, ['rank', 'tags', 'address'])).not.toThrow();
  });
});

it('removes stored keys that are not made any more, and those of removed indexes', () => {
  const stored = { id: 'a', pk: 'mine', pk1: 'P', sk1: 'S', pk2: 'P', sk2: 'S', pk9: 'old' };
  expect(keysToRemove(stored, { pk1: 'P', sk1: 'T' })).toEqual(['pk2', 'sk2', 'pk9']);
});
