import { describe, expect, it } from 'vitest';
import type { Attributes } from '../src/entity/entity.js';
import { checkDeclaration, indexKeys } from '../src/entity/index-keys.js';
import type { SetGSIKeys } from '../src/entity/key-recording.js';
import { type BaseModel, firstOf, key, lowerCase, orElse, padded, sortable, sortableNumber } from '../src/index.js';

interface Issue extends BaseModel {
  project: string;
  number: number;
  title: string;
  isOpen?: boolean;
  milestone?: string | null;
  tags?: string[];
}
const base = { id: 'a', createdAt: '2024-01-01T00:00:00.000Z', version: 1 };
type Key = (entity: Issue, now: string) => string;
const setting =
  (sk: Key): SetGSIKeys =>
  (entity, now) => {
    entity.pk1 = 'P';
    entity.sk1 = sk(entity as unknown as Issue, now);
  };
const keyOf = (sk: Key, attributes: Attributes, declared?: readonly string[]) =>
  indexKeys(setting(sk), { ...base, ...attributes }, declared).sk1;

describe('a key template', () => {
  it.each<[Key, Attributes, string]>([
    [(e) => key(e)`PROJECT#${'project'}`, { project: 'x' }, 'PROJECT#x'],
    [(e) => key(e)`${'project'}#N#${padded('number', 6)}`, { project: 'x', number: 7 }, 'x#N#000007'],
    [(e) => key(e)`N#${padded('number', 3)}2`, { number: 12 }, 'N#0122'],
    [(e) => key(e)`N#${sortable('number')}#X`, { number: -2.5 }, `N#${sortableNumber(-2.5)}#X`],
    [(e) => key(e)`N#${padded('title', 3)}`, { title: '7' }, 'N#007'],
    [(e) => key(e)`T#${lowerCase('title')}#${'isOpen'}`, { title: 'Äb', isOpen: false }, 'T#äb#false'],
    [(e) => key(e)`M#${orElse('milestone', 'none')}#X`, { milestone: null }, 'M#none#X'],
    [(e) => key(e)`M#${orElse('milestone', 'none')}`, { milestone: 'v1' }, 'M#v1'],
    [(e) => key(e)`${'createdAt'}#${'id'}`, {}, `${base.createdAt}#a`],
    [(e) => key(e)`U#${firstOf('updatedAt', 'createdAt')}#X`, {}, `U#${base.createdAt}#X`],
    [(e) => key(e)`U#${firstOf('updatedAt', 'createdAt')}`, { updatedAt: '2025' }, 'U#2025'],
    [(e) => `${key(e)`A#${'project'}`}#B`, { project: 'x' }, 'A#x#B'],
    [(e) => key(e)`A`, {}, 'A'],
    [(e) => key(e)`T#${'title'}`, { title: 'undefined' }, 'T#undefined'],
    [(e) => key(e)`T#${'title'}#${orElse('milestone', '-')}`, { title: 'NaN' }, 'T#NaN#-'],
    [(e) => (e.isOpen ? 'OPEN' : key(e)`T#${'title'}`), { title: 'undefined' }, 'T#undefined'],
    [(e) => (e.isOpen ? 'OPEN' : `${key(e)`T#${'title'}`}#`), { title: 'undefined' }, 'T#undefined#'],
  ])('makes a key: %#', (sk, attributes, expected) => {
    expect(keyOf(sk, attributes)).toBe(expected);
  });

  it.each<[Key, Attributes]>([
    [(e) => key(e)`PROJECT#${'project'}`, {}],
    [(e) => key(e)`PROJECT#${'project'}`, { project: null }],
    [(e) => `${key(e)`A#${'project'}`}#B`.toUpperCase(), {}],
    [(e) => key(e)`M#${orElse('milestone', 'none')}#${'title'}`, { milestone: 'x' }],
    [(e) => key(e)`C#${'createdAt'}`, { createdAt: undefined }],
    [(e) => key(e)`U#${'updatedAt'}`, {}],
    [(e) => key(e)`M#${firstOf('milestone', 'project')}`, {}],
  ])('leaves out a pair of which an attribute is absent: %#', (sk, attributes) => {
    expect(keyOf(sk, attributes)).toBeUndefined();
  });

  it.each<[Key, Attributes, object]>([
    [(e) => key(e)`N#${padded('number', 2)}`, { number: 100 }, { attribute: 'number', reason: 'wider than its key' }],
    [(e) => key(e)`N#${padded('number', 2)}`, { number: -1 }, { attribute: 'number', reason: 'wider than its key' }],
    [(e) => key(e)`N#${padded('number', 4)}`, { number: 1.5 }, { attribute: 'number', reason: 'wider than its key' }],
    [(e) => key(e)`N#${padded('number', 9)}`, { number: 1e-7 }, { attribute: 'number', reason: 'wider than its key' }],
    [(e) => key(e)`N#${'number'}`, { number: Number.NaN }, { attribute: 'number', reason: 'NaN' }],
    [(e) => key(e)`N#${'number'}`, { number: {} }, { attribute: 'number', reason: 'unsupported type' }],
  ])('rejects a value that would be in the wrong place: %#', (sk, attributes, error) => {
    expect(() => keyOf(sk, attributes)).toThrow(expect.objectContaining({ name: 'InvalidItemError', ...error }));
  });

  it('needs text between two attributes, and the entity that setGSIKeys is given', () => {
    expect(() => keyOf((e) => key(e)`${'project'}${'title'}`, {})).toThrow(/needs text between project and title/);
    expect(() => keyOf((e) => key({ ...e })`${'project'}`, {})).toThrow(/takes the entity that setGSIKeys is given/);
  });

  it('counts what it names as read by setGSIKeys', () => {
    const sk: Key = (e) => key(e)`${'project'}#${orElse('milestone', '-')}`;
    expect(keyOf(sk, { project: 'x' }, ['project', 'milestone'])).toBe('x#-');
    expect(() => keyOf((e) => key(e)`${firstOf('milestone', 'project')}`, { project: 'x' }, ['milestone'])).toThrow(
      /reads project/,
    );
    expect(() => keyOf(sk, { project: 'x' }, ['project'])).toThrow(/reads milestone/);
    expect(() => checkDeclaration(setting(sk), ['project'])).toThrow(/reads milestone/);
    expect(() => checkDeclaration(setting(sk), ['project', 'milestone'])).not.toThrow();
  });

  it.each<[string, string]>([
    ['a#b', 'a%23b#x'],
    ['a%b', 'a%b#x'],
    ['a%23b', 'a%2523b#x'],
    ['%25', '%2525#x'],
    ['100%', '100%#x'],
  ])('escapes the separator in %s', (project, expected) => {
    expect(keyOf((e) => key(e)`${'project'}#x`, { project })).toBe(expected);
    expect(keyOf((e) => key(e)`x#${'project'}`, { project })).toBe(`x#${project}`);
  });

  it.each([
    ['#', '#%23'],
    ['%', '%~25'],
    ['2', '2%xy'],
    ['##', '#%2'],
    ['~', '~%7E'],
    ['😀', '😀%1F'],
  ])('never makes two keys equal, whatever values %s separates', (separator, characters) => {
    const texts = Object.assign(['', separator, ''], { raw: ['', separator, ''] });
    const sk: Key = (e) => key(e)(texts, 'project', 'title');
    const longer = (values: string[]) =>
      values.flatMap((value) => [...characters].map((character) => value + character));
    const [one, two] = [longer(['']), longer(longer(['']))];
    const values = ['', ...one, ...two, ...longer(two)];
    const keys = values.flatMap((project) => values.map((title) => keyOf(sk, { project, title })));
    expect(new Set(keys).size).toBe(values.length ** 2);
  });
});

it('types take attributes that can be in a key', () => {
  const typed = (entity: Issue) => [
    key(entity)`${'project'}#${padded('number', 3)}#${'createdAt'}#${orElse('milestone', '-')}#${lowerCase('title')}`,
    // @ts-expect-error no attribute
    key(entity)`${'nope'}`,
    // @ts-expect-error no attribute
    key(entity)`${padded('nope', 3)}`,
    // @ts-expect-error a list has no place in a key
    key(entity)`${'tags'}`,
    // @ts-expect-error a version changes with each write
    key(entity)`${'version'}`,
    // @ts-expect-error nor has a key
    key(entity)`${'pk2'}`,
  ];
  expect(typed).toBeTypeOf('function');
});
