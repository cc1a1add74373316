import { expect, expectTypeOf, it } from 'vitest';
import type { BaseModel, Path, RemovablePath, UpdateRules } from '../src/index.js';

interface Issue extends BaseModel {
  title: string;
  number: number;
  due?: string | null;
  tags?: Set<string>;
  marks: Set<1 | 2>;
  log: { at: string; text?: string }[];
  pair: [number, number];
  votes: Record<string, number>;
  settings: { notifications: { email: boolean; perDay?: number; hours?: readonly number[] }; theme?: string };
  a?: { b?: { c?: { d?: { e?: { f?: number } } } } };
}
const rules = (given: UpdateRules<Issue>) => given;

it('paths lead to own attributes and through objects, up to five names', () => {
  expectTypeOf<'settings.notifications.perDay'>().toExtend<Path<Issue>>();
  expectTypeOf<'a.b.c.d.e'>().toExtend<Path<Issue>>();
  expectTypeOf<'a.b.c.d.e.f'>().not.toExtend<Path<Issue>>();
  expectTypeOf<'log.length'>().not.toExtend<Path<Issue>>();
  expectTypeOf<'version'>().not.toExtend<Path<Issue>>();
});

it('operators take paths to what they work on, and values of its type', () => {
  const valid = rules({
    set: { 'settings.theme': 'dark', 'settings.notifications.email': true, 'votes.ada': 1, due: null },
    remove: ['due', 'tags', 'settings.theme', 'settings.notifications.perDay', 'votes.ada', 'a.b.c.d.e'],
    increment: { number: 1, 'settings.notifications.perDay': 2, 'votes.ada': 1 },
    append: { log: [{ at: 'now' }], 'settings.notifications.hours': [9] },
    addToSet: { tags: ['a'], marks: new Set([1 as const]) },
    deleteFromSet: { tags: new Set(['a']), marks: [2] },
    if: { 'settings.theme': 'light' },
  });
  const invalid = () => [
    // @ts-expect-error no such path
    rules({ set: { 'settings.nope': 1 } }),
    // @ts-expect-error a theme is text
    rules({ set: { 'settings.theme': 1 } }),
    // @ts-expect-error six names
    rules({ set: { 'a.b.c.d.e.f': 1 } }),
    // @ts-expect-error lists end a path
    rules({ set: { 'log.length': 1 } }),
    // @ts-expect-error managed
    rules({ set: { version: 1 } }),
    // @ts-expect-error no theme can be null
    rules({ set: { 'settings.theme': null } }),
    // @ts-expect-error required
    rules({ remove: ['title'] }),
    // @ts-expect-error required within its object
    rules({ remove: ['settings.notifications.email'] }),
    // @ts-expect-error managed
    rules({ remove: ['updatedAt'] }),
    // @ts-expect-error no number
    rules({ increment: { title: 1 } }),
    // @ts-expect-error no number
    rules({ increment: { 'settings.theme': 1 } }),
    // @ts-expect-error not by a text
    rules({ increment: { number: '1' } }),
    // @ts-expect-error no list
    rules({ append: { title: ['x'] } }),
    // @ts-expect-error no list
    rules({ append: { tags: ['x'] } }),
    // @ts-expect-error a tuple has its length
    rules({ append: { pair: [1] } }),
    // @ts-expect-error an element of another type
    rules({ append: { log: ['x'] } }),
    // @ts-expect-error one element, not a list
    rules({ append: { log: { at: 'now' } } }),
    // @ts-expect-error no set
    rules({ addToSet: { log: [{ at: 'now' }] } }),
    // @ts-expect-error an element of another type
    rules({ addToSet: { tags: [1] } }),
    // @ts-expect-error no such element
    rules({ deleteFromSet: { marks: [3] } }),
  ];
  expect(valid).toBeTypeOf('object');
  expect(invalid).toBeTypeOf('function');
});

it('operators take attributes of any variant of a union', () => {
  interface Card extends BaseModel {
    kind: 'card';
    limits: { daily: number; monthly?: number };
    uses: number;
  }
  interface Bank extends BaseModel {
    kind: 'bank';
    iban: string;
    uses: number;
  }
  expectTypeOf<RemovablePath<Card | Bank>>().toEqualTypeOf<'limits' | 'iban' | 'limits.monthly'>();
  const valid: UpdateRules<Card | Bank> = { set: { 'limits.daily': 5, iban: 'x' }, increment: { uses: 1 } };
  expect(valid).toBeTypeOf('object');
});
