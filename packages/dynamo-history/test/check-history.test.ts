import { describe, expect, test } from 'vitest';
import {
  a,
  b,
  broken,
  claim,
  conflictWith,
  create,
  find,
  get,
  list,
  note,
  remove,
  taken,
  throttled,
  unknown,
  update,
  user,
} from './told.js';

describe('explains', () => {
  test('one call after the other', () => {
    const entries = [
      create([0, 1], 'u1'),
      create([2, 3], 'u2', a, taken),
      update([4, 5], 'u1', 't1', 2, { email: b }),
      create([6, 7], 'u2', a),
      update([8, 9], 'u1', 't2', conflictWith(2), { expected: 1 }),
      find([10, 11], a, { id: 'u2', version: 1, token: 'u2', email: a }),
      remove([12, 13], 'u2', true),
      find([14, 15], a, null),
      get([16, 17], 'u2', null),
    ];
    expect(broken(entries, [user('u1', 2, 't1', b)])).toEqual([]);
  });

  test('calls that overlap, in any order that fits', () => {
    const entries = [
      create([0, 10], 'u1'),
      create([0, 10], 'u2', a, taken),
      get([5, 10], 'u1', null),
      update([11, 20], 'u1', 't1', 3),
      update([11, 20], 'u1', 't2', 2),
      get([12, 15], 'u1', { version: 1, token: 'u1', email: a }),
    ];
    expect(broken(entries, [user('u1', 3, 't1')])).toEqual([]);
  });

  test.each([
    ['happened', user('u1', 2, 't1')],
    ['never happened', user('u1', 1, 'u1')],
  ])('an unknown outcome that %s', (_, table) => {
    expect(broken([create([0, 1], 'u1'), update([2, 3], 'u1', 't1', unknown)], [table])).toEqual([]);
  });

  test('an unknown outcome that happened after the call', () => {
    const entries = [
      create([0, 1], 'u1'),
      update([2, 3], 'u1', 't1', unknown),
      get([4, 5], 'u1', { version: 1, token: 'u1', email: a }),
    ];
    expect(broken(entries, [user('u1', 2, 't1')])).toEqual([]);
  });

  test('a version that nobody saw, by a write of unknown outcome', () => {
    const entries = [create([0, 1], 'u1'), update([2, 9], 'u1', 't1', unknown), update([3, 8], 'u1', 't2', 3)];
    expect(broken(entries, [user('u1', 3, 't2')])).toEqual([]);
  });

  test('a note that was found and deleted during its create, whose repeat makes it again', () => {
    const entries = [
      create([0, 9], 'n1'),
      get([1, 2], 'n1', { version: 1, token: 'n1' }),
      remove([3, 4], 'n1', 'gone'),
      get([10, 11], 'n1', { version: 1, token: 'n1' }),
    ];
    expect(broken(entries, [note('n1', 1, 'n1')])).toEqual([]);
    const later = entries.map((entry) => (entry.op === 'create' ? { ...entry, end: 2 } : entry));
    expect(broken(later, [note('n1', 1, 'n1')])).toEqual(['alive-after-delete']);
  });

  test('a note that was also changed before that, and is back at its first version', () => {
    const entries = [create([0, 9], 'n1'), update([1, 2], 'n1', 't1', 2), remove([3, 4], 'n1', true)];
    expect(broken(entries, [note('n1', 1, 'n1')])).toEqual([]);
    const later = entries.map((entry) => (entry.op === 'delete' ? { ...entry, start: 10, end: 11 } : entry));
    expect(broken(later, [note('n1', 1, 'n1')])).toEqual(['lost-write', 'alive-after-delete']);
  });

  test('an update that counts again on top of another, whose first reply was lost', () => {
    const entries = [
      create([0, 1], 'n1'),
      update([2, 9], 'n1', 't1', 4),
      update([2, 9], 'n1', 't2', 3),
      get([4, 5], 'n1', { version: 2, token: 't1' }),
    ];
    expect(broken(entries, [note('n1', 4, 't1')])).toEqual([]);
    expect(broken(entries.slice(0, 3), [note('n1', 4, 't1')])).toEqual([]);
  });

  test('an address that nobody holds at the moment when it changes hands', () => {
    const entries = [create([0, 1], 'u1'), remove([2, 9], 'u1', true), create([2, 9], 'u2'), find([2, 9], a, null)];
    expect(broken(entries, [user('u2', 1, 'u2')])).toEqual([]);
  });

  test('older data: without a claim, beside another owner, until it moves', () => {
    const old = { id: 'u1', version: 0, token: 'u1', email: a };
    const entries = [create([0, 1], 'u2'), update([2, 3], 'u1', 't1', 1)];
    const [item = {}] = user('u1', 1, 't1');
    expect(broken(entries, [[item], user('u2', 1, 'u2')], [old])).toEqual([]);
    const moves = [...entries, update([4, 5], 'u1', 't2', 2, { email: b })];
    expect(broken(moves, [user('u1', 2, 't2', b), user('u2', 1, 'u2')], [old])).toEqual([]);
    const [unclaimed = {}] = user('u1', 2, 't2', b);
    expect(broken(moves, [[unclaimed], user('u2', 1, 'u2')], [old])).toEqual(['owner-without-claim']);
  });

  test('an index that lags', () => {
    const entries = [
      create([0, 1], 'n1'),
      update([2, 3], 'n1', 't1', 2),
      list([4, 5], { id: 'n1', version: 1, token: 'n1' }),
    ];
    expect(broken(entries, [note('n1', 2, 't1')])).toEqual([]);
  });

  test('a plain delete that says true because its repeat found nothing', () => {
    const entries = [create([0, 1], 'n1'), remove([2, 9], 'n1', true), remove([2, 9], 'n1', true)];
    expect(broken(entries, [])).toEqual([]);
  });
});

describe('finds', () => {
  test('two owners of an address', () => {
    const entries = [create([0, 1], 'u1'), create([2, 3], 'u2'), remove([8, 9], 'u1', true)];
    expect(broken(entries, [user('u2', 1, 'u2')])).toEqual(['two-owners']);
  });

  test('two owners of an address by a move', () => {
    const entries = [create([0, 1], 'u1'), create([0, 1], 'u2', b), update([2, 3], 'u2', 't', 2, { email: a })];
    expect(broken(entries, [user('u1', 1, 'u1'), user('u2', 2, 't')])).toContain('two-owners');
  });

  test('a version that was written over', () => {
    const entries = [create([0, 1], 'n1'), update([2, 9], 'n1', 't1', 2), update([2, 9], 'n1', 't2', 2)];
    expect(broken(entries, [note('n1', 2, 't2')])).toEqual(['two-states']);
  });

  test('an update that lost the address of the one before', () => {
    const entries = [
      create([0, 1], 'u1'),
      update([2, 9], 'u1', 't1', 2, { email: b }),
      update([2, 9], 'u1', 't2', 3, { stillAt: a }),
    ];
    expect(broken(entries, [user('u1', 3, 't2')])).toEqual(['two-states']);
  });

  test('an update on another version than the one expected', () => {
    const entries = [
      create([0, 1], 'n1'),
      update([2, 3], 'n1', 't1', 2),
      update([4, 5], 'n1', 't2', 3, { expected: 1 }),
    ];
    expect(broken(entries, [note('n1', 3, 't2')])).toEqual(['wrong-version']);
  });

  test('a delete of another version than the one expected', () => {
    const entries = [create([0, 1], 'u1'), update([2, 3], 'u1', 't1', 2), remove([4, 5], 'u1', true, 1)];
    expect(broken(entries, [])).toEqual(['wrong-version']);
  });

  test('a version that nobody wrote', () => {
    const entries = [create([0, 1], 'n1'), update([2, 3], 'n1', 't1', 3)];
    expect(broken(entries, [note('n1', 3, 't1')])).toEqual(['skipped-version']);
  });

  test('a version that only a write which began later can have written', () => {
    const entries = [create([0, 1], 'n1'), update([2, 3], 'n1', 't1', 3), update([4, 5], 'n1', 't2', unknown)];
    expect(broken(entries, [note('n1', 3, 't1')])).toEqual(['skipped-version']);
  });

  test('an update that counts twice in a row', () => {
    const entries = [
      create([0, 1], 'n1'),
      update([2, 9], 'n1', 't1', 3),
      get([3, 4], 'n1', { version: 2, token: 't1' }),
    ];
    expect(broken(entries, [note('n1', 3, 't1')])).toEqual(['counted-twice']);
  });

  test('a move of address that counts twice, even with another write in between', () => {
    const entries = [
      create([0, 1], 'u1'),
      update([2, 9], 'u1', 't1', 4, { email: b }),
      update([2, 9], 'u1', 't2', 3, { email: a }),
      get([4, 5], 'u1', { version: 2, token: 't1', email: b }),
    ];
    expect(broken(entries, [user('u1', 4, 't1', b)])).toEqual(['counted-twice']);
  });

  test('an entity that an update made', () => {
    expect(broken([update([0, 1], 'n1', 't1', 1)], [note('n1', 1, 't1')])).toEqual(['unwritten-state']);
  });

  test('an item that nobody knows of', () => {
    expect(broken([], [[{ id: 'USERS#1' }]])).toEqual(['unwritten-state']);
  });

  test.each([
    ['throttled', throttled],
    ['a conflict', conflictWith(2)],
  ])('a write that happened although its answer was: %s', (_, outcome) => {
    const entries = [create([0, 1], 'n1'), update([2, 3], 'n1', 't1', outcome, { expected: 1 })];
    expect(broken(entries, [note('n1', 2, 't1')])).toEqual(['refused-but-written']);
  });

  test.each([
    ['an acknowledged version', { version: 1, token: 'n1' }],
    ['an acknowledged create', null],
  ])('a strong read that misses %s', (_, state) => {
    const entries = [create([0, 1], 'n1'), update([2, 3], 'n1', 't1', 2), get([4, 5], 'n1', state)];
    expect(broken(entries, [note('n1', 2, 't1')])).toEqual(['lost-write']);
  });

  test('an acknowledged write that the table does not hold in the end', () => {
    const entries = [create([0, 1], 'n1'), update([2, 3], 'n1', 't1', 2)];
    expect(broken(entries, [note('n1', 1, 'n1')])).toEqual(['lost-write']);
  });

  test('an entity that goes away by itself', () => {
    expect(broken([create([0, 1], 'n1')], [])).toEqual(['vanished']);
    expect(broken([create([0, 1], 'n1'), remove([2, 3], 'n1', throttled)], [])).toEqual(['vanished']);
    expect(broken([create([0, 1], 'n1'), remove([2, 3], 'n1', false)], [])).not.toEqual([]);
  });

  test('a delete that denies what it did', () => {
    const entries = [create([0, 1], 'u1'), remove([2, 3], 'u1', false), remove([4, 5], 'u1', unknown)];
    expect(broken(entries, [])).toEqual(['alive-after-delete']);
  });

  test.each([
    ['one by one', true],
    ['in a batch', 'gone'],
  ] as const)('what is there although it was deleted, %s', (_, answer) => {
    expect(broken([create([0, 1], 'u1'), remove([2, 3], 'u1', answer)], [user('u1', 1, 'u1')])).toEqual([
      'alive-after-delete',
    ]);
  });

  test('a user who was deleted twice', () => {
    const entries = [create([0, 1], 'u1'), remove([2, 9], 'u1', true), remove([2, 9], 'u1', true)];
    expect(broken(entries, [])).toEqual(['alive-after-delete']);
  });

  test('a write to what is gone', () => {
    const entries = [create([0, 1], 'u1'), remove([2, 3], 'u1', true), update([4, 5], 'u1', 't1', 2)];
    expect(broken(entries, [])).toEqual(['alive-after-delete']);
  });

  test('a refusal for an address that nobody else has', () => {
    expect(broken([create([0, 1], 'u1', a, taken)], [])).toEqual(['false-conflict']);
    const released = [
      create([0, 1], 'u1'),
      remove([2, 3], 'u1', true),
      create([4, 5], 'u2', a, taken),
      create([6, 7], 'u3'),
    ];
    expect(broken(released, [user('u3', 1, 'u3')])).toEqual(['false-conflict']);
    const ownOnly = [create([0, 1], 'u1'), update([2, 3], 'u1', 't1', taken, { email: a })];
    expect(broken(ownOnly, [user('u1', 1, 'u1')])).toEqual(['false-conflict']);
  });

  test('a conflict with the very version that was expected, or with one that never was', () => {
    const start = create([0, 1], 'n1');
    const same = update([2, 3], 'n1', 't1', conflictWith(1), { expected: 1 });
    expect(broken([start, same], [note('n1', 1, 'n1')])).toEqual(['false-conflict']);
    const never = update([2, 3], 'n1', 't1', conflictWith(2), { expected: 1 });
    expect(broken([start, never], [note('n1', 1, 'n1')])).toEqual(['skipped-version', 'lost-write']);
  });

  test('a look-up that misses who holds the address all the time, or finds another', () => {
    const start = create([0, 1], 'u1');
    expect(broken([start, find([2, 3], a, null)], [user('u1', 1, 'u1')])).toEqual(['not-found']);
    const other = find([2, 3], b, { id: 'u1', version: 1, token: 'u1', email: a });
    expect(broken([start, other], [user('u1', 1, 'u1')])).toEqual(['not-found']);
  });

  test('claims and owners that do not belong together', () => {
    const [item = {}] = user('u1', 1, 'u1');
    const start = create([0, 1], 'u1');
    expect(broken([start], [[item]])).toEqual(['owner-without-claim']);
    expect(broken([start], [[item, claim(a, 'u2')]])).toEqual(['owner-without-claim', 'claim-without-owner']);
    expect(broken([start], [user('u1', 1, 'u1'), [claim(b, 'u1')]])).toEqual(['claim-without-owner']);
    expect(broken([], [[claim(b, 'u1')]])).toEqual(['claim-without-owner']);
  });

  test('a stale index key', () => {
    const [item = {}] = note('n1', 2, 't1');
    const entries = [create([0, 1], 'n1'), update([2, 3], 'n1', 't1', 2)];
    expect(broken(entries, [[{ ...item, sk1: 'NAME#n1' }]])).toEqual(['stale-key']);
  });

  test('an error that the model does not promise', () => {
    const entries = [create([0, 1], 'n1', undefined, { is: 'broke', error: 'TypeError: x is not a function' })];
    expect(broken(entries, [])).toEqual(['unexpected-error']);
  });
});
