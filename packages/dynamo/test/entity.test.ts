import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  type BaseModel,
  type Changes,
  generateUUID,
  getCurrentTimestamp,
  intoEntity,
  isManagedAttribute,
  type NewItem,
  removeGSIFields,
  toEntity,
  versionOf,
} from '../src/entity/entity.js';
import { givenAttributes } from '../src/entity/entity-definition.js';

describe('removeGSIFields', () => {
  it('leaves out pkN and skN and nothing else', () => {
    const item = { id: 'a', pk1: 'p', sk1: 's', pk2: 'p', sk2: 's', pk: 1, pk1a: 2, pkN: 3, nested: { pk1: 4 } };
    expect(removeGSIFields(item)).toEqual({ id: 'a', pk: 1, pk1a: 2, pkN: 3, nested: { pk1: 4 } });
    expectTypeOf(removeGSIFields(item)).not.toHaveProperty('pk1');
    expectTypeOf(removeGSIFields(item)).toHaveProperty('nested');
  });

  it('leaves the item that it is given as it is', () => {
    const item = Object.freeze({ id: 'a', pk1: 'p' });
    removeGSIFields(item);
    expect(item).toEqual({ id: 'a', pk1: 'p' });
  });
});

describe('toEntity', () => {
  it('gives the bare id and a version, and nothing internal', () => {
    const stored = { id: 'USER#USER#1', name: 'Ann', pk1: 'USER', sk1: 'x', pk2: 'USER', sk2: 'y', _writeId: 'w' };
    expect(toEntity(stored, 'USER#')).toEqual({ id: 'USER#1', name: 'Ann', version: 0 });
    expect(stored.id).toBe('USER#USER#1');
  });
});

describe('intoEntity', () => {
  it.each([
    [{ id: 'USER#1', name: 'Ann', version: 3 }],
    [{ name: 'Ann', id: 'USER#USER#1' }],
    [{ id: 'USER#1', version: 'odd' }],
    [{ id: 'USER#1', pk1: 'USER', sk1: 'x', name: 'Ann', _writeId: 'w' }],
    [{ id: 'USER#1', _fence: 1, version: 2 }],
  ])('makes of %j the same as toEntity', (item) => {
    const same = toEntity({ ...item }, 'USER#');
    expect(intoEntity(item, 'USER#')).toEqual(same);
  });
});

it.each([
  [{}, 0],
  [{ version: 0 }, 0],
  [{ version: 7 }, 7],
  [{ version: null }, 0],
])('reads the version of %j as %i', (item, version) => {
  expect(versionOf(item)).toBe(version);
});

it.each([
  'id',
  'createdAt',
  'updatedAt',
  'version',
  'pk1',
  'sk1',
  'pk2',
  'sk2',
  'pk20',
  'sk20',
  'pk21',
  '_writeId',
  '_countId',
])('manages %s and rejects it as data', (name) => {
  expect(isManagedAttribute(name)).toBe(true);
  expect(() => givenAttributes({ [name]: 'x' })).toThrow(
    expect.objectContaining({ name: 'InvalidItemError', attribute: name, reason: 'managed attribute' }),
  );
  expect(givenAttributes({ [name]: undefined })).toEqual({});
});

it.each(['ID', 'pk', 'sk', 'pkN', 'created_at', 'versions', '__proto'])('leaves %s to the entity', (name) => {
  expect(isManagedAttribute(name)).toBe(false);
});

it('gives ids of version 4 and times in ISO 8601 with milliseconds', () => {
  expect(generateUUID()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(generateUUID()).not.toBe(generateUUID());
  expect(getCurrentTimestamp()).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

it('types the keys of twenty indexes, and of no others', () => {
  type Key = Extract<keyof BaseModel, `${'pk' | 'sk'}${number}`>;
  expectTypeOf<'pk1' | 'sk1' | 'pk9' | 'sk10' | 'pk20' | 'sk20'>().toExtend<Key>();
  expectTypeOf<'pk0' | 'pk21' | 'sk21' | 'pk01'>()
    .exclude<keyof BaseModel>()
    .toEqualTypeOf<'pk0' | 'pk21' | 'sk21' | 'pk01'>();
  expectTypeOf<BaseModel['pk20']>().toEqualTypeOf<string | undefined>();
  expectTypeOf<keyof NewItem<Square>>().toEqualTypeOf<'kind' | 'side' | 'note'>();
});

interface Circle extends BaseModel {
  kind: 'circle';
  radius: number;
}
interface Square extends BaseModel {
  kind: 'square';
  side: number;
  note?: string;
}

it('types new items by member of a union, and null for optional attributes only', () => {
  expectTypeOf<{ kind: 'circle'; radius: number }>().toExtend<NewItem<Circle | Square>>();
  expectTypeOf<{ kind: 'circle'; side: number }>().not.toExtend<NewItem<Circle | Square>>();
  expectTypeOf<{ note: null; side: undefined }>().toExtend<Changes<Square>>();
  expectTypeOf<{ side: null }>().not.toExtend<Changes<Square>>();
  expectTypeOf<keyof Changes<Square>>().toEqualTypeOf<'kind' | 'side' | 'note'>();
});
