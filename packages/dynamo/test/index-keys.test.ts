import { describe, expect, it } from 'vitest';
import type { Attributes } from '../src/entity/entity.js';
import { checkDeclaration, indexKeys, keysToRemove } from '../src/entity/index-keys.js';
import type { SetGSIKeys } from '../src/entity/key-recording.js';

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
  due?: string;
  isOpen?: boolean;
}

describe('indexKeys', () => {
  it('returns whole pairs only', () => {
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

  it('judges each pair by itself', () => {
    const setGSIKeys: SetGSIKeys = (entity) => {
      Object.assign(entity, { pk1: 'P', sk1: `N#${entity.nick}`, pk2: 'P', sk2: `N#${entity.name}` });
    };
    expect(keysOf(setGSIKeys, { name: 'undefined' })).toEqual({ pk2: 'P', sk2: 'N#undefined' });
  });

  it('gives setGSIKeys the entity without keys, and each key once it is set', () => {
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
  ])('accepts sort keys up to 1,024 bytes: %i characters', (characters, bytes) => {
    const character = bytes === 1 ? 'x' : '€';
    const most = Math.floor(1024 / bytes);
    expect(keysOf(sorted(() => character.repeat(most)))).toHaveProperty('sk1');
    expect(() => keysOf(sorted(() => character.repeat(Math.max(characters, most + 1))))).toThrow(
      expect.objectContaining({ name: 'InvalidItemError', attribute: 'sk1', reason: 'sk over 1,024 bytes' }),
    );
  });

  it('rejects a partition key over 2,048 bytes', () => {
    const long = (bytes: number) =>
      keysOf((entity) => void Object.assign(entity, { pk2: 'x'.repeat(bytes), sk2: 'S' }));
    expect(long(2048)).toHaveProperty('pk2');
    expect(() => long(2049)).toThrow(expect.objectContaining({ attribute: 'pk2', reason: 'pk over 2,048 bytes' }));
  });

  it('rejects a key that is not text', () => {
    expect(() => keysOf(sorted(() => 7))).toThrow(
      expect.objectContaining({ attribute: 'sk1', reason: 'unsupported type' }),
    );
  });

  it('rejects an asynchronous setGSIKeys, also one that fails later', () => {
    const asynchronous = (async () => {
      throw new Error('late');
    }) as unknown as SetGSIKeys;
    expect(() => keysOf(asynchronous)).toThrow(/synchronous/);
  });

  it('rejects setting anything but keys, since it would be lost', () => {
    expect(() => keysOf((entity) => void Object.assign(entity, { name: 'x' }))).toThrow(/sets name/);
  });
});

describe('indexedAttributes', () => {
  const setGSIKeys = sorted((e: Thing) => `${e.name}#${e.nick}`);

  it('may list more attributes than setGSIKeys reads', () => {
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

  it('must list every attribute if a spread reads them all', () => {
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

  it('are checked without an entity, however setGSIKeys uses the values', () => {
    const busy = sorted((e: Thing) => `${e.rank?.toFixed(2)}${e.tags?.map(String).join()}${e.address?.city.trim()}`);
    expect(() => checkDeclaration(busy, ['rank', 'tags'])).toThrow(/reads address/);
    expect(() => checkDeclaration(busy, ['rank', 'tags', 'address'])).not.toThrow();
  });
});

it('makes the keys of twenty indexes, and rejects those of any other', () => {
  const setAll = (entity: Record<string, unknown>) => {
    for (let n = 1; n <= 20; n++) Object.assign(entity, { [`pk${n}`]: 'P', [`sk${n}`]: `S${n}` });
  };
  expect(Object.keys(indexKeys(setAll, { createdAt: 'now' }, []))).toHaveLength(40);
  for (const name of ['pk21', 'sk0', 'pk01']) {
    const setOther = (entity: Record<string, unknown>) => Object.assign(entity, { [name]: 'x' });
    expect(() => indexKeys(setOther, { createdAt: 'now' }, [])).toThrow(
      `setGSIKeys sets ${name}: it may set pk1 to pk20 and sk1 to sk20 only`,
    );
  }
});

it('removes stored keys that the entity no longer has, and those of removed indexes', () => {
  const stored = { id: 'a', pk: 'mine', pk1: 'P', sk1: 'S', pk2: 'P', sk2: 'S', pk9: 'old' };
  expect(keysToRemove(stored, { pk1: 'P', sk1: 'T' })).toEqual(['pk2', 'sk2', 'pk9']);
});
