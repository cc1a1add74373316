import { type Entry, type Item, recreatedNotes } from '@aws-starter-kit/dynamo-history';
import { describe, expect, test } from 'vitest';
import {
  a,
  append,
  b,
  check,
  claim,
  conflictWith,
  count,
  create,
  find,
  get,
  list,
  note,
  remove,
  taken,
  throttled,
  transaction,
  unknown,
  update,
  user,
  violated,
} from './histories.js';

/** Returns the notes that have two lives. */
const recreated = (entries: readonly Entry[], table: readonly Item[][]) =>
  recreatedNotes({ entries, table: table.flat(), initial: [] });

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
    expect(violated(entries, [user('u1', 2, 't1', b)])).toEqual([]);
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
    expect(violated(entries, [user('u1', 3, 't1')])).toEqual([]);
  });

  test.each([
    ['happened', user('u1', 2, 't1')],
    ['never happened', user('u1', 1, 'u1')],
  ])('an unknown outcome that %s', (_, table) => {
    expect(violated([create([0, 1], 'u1'), update([2, 3], 'u1', 't1', unknown)], [table])).toEqual([]);
  });

  test('an unknown outcome that happened after the call', () => {
    const entries = [
      create([0, 1], 'u1'),
      update([2, 3], 'u1', 't1', unknown),
      get([4, 5], 'u1', { version: 1, token: 'u1', email: a }),
    ];
    expect(violated(entries, [user('u1', 2, 't1')])).toEqual([]);
  });

  test('a version that nobody saw, by a write of unknown outcome', () => {
    const entries = [create([0, 1], 'u1'), update([2, 9], 'u1', 't1', unknown), update([3, 8], 'u1', 't2', 3)];
    expect(violated(entries, [user('u1', 3, 't2')])).toEqual([]);
  });

  test('a version that nobody saw, by the late attempt of a write whose retry was answered with an earlier one', () => {
    const first = update([2, 9], 'n1', 't1', 2);
    const entries = [create([0, 1], 'n1'), first, update([3, 8], 'n1', 't2', 3), update([10, 11], 'n1', 't3', 5)];
    expect(violated(entries, [note('n1', 5, 't3')])).toEqual([]);
    const over = entries.map((entry) => (entry === first ? { ...entry, end: 2.5 } : entry));
    expect(violated(over, [note('n1', 5, 't3')])).toEqual(['skipped-version']);
  });

  test('a version by the late attempt of a write whose retry was answered with an earlier one, before the call ended', () => {
    const entries = [
      create([0, 1], 'n1'),
      update([2, 9], 'n1', 't1', 2),
      update([3, 8], 'n1', 't2', 3),
      get([4, 8], 'n1', { version: 4, token: 't1' }),
    ];
    expect(violated(entries, [note('n1', 4, 't1')])).toEqual([]);
  });

  test('elements that were appended, by calls of unknown outcome too', () => {
    const entries = [
      create([0, 1], 'n1'),
      append([2, 3], 'n1', ['t1'], 2),
      append([2, 9], 'n1', ['t2'], unknown),
      update([4, 8], 'n1', 't3', 4, { log: ['t1', 't2'] }),
      append([9, 10], 'n1', ['t1', 't2', 't4'], 5),
    ];
    expect(violated(entries, [note('n1', 5, 't4', ['t1', 't2', 't4'])])).toEqual([]);
  });

  test('a note that was found and deleted during its create, whose retry creates it again', () => {
    const entries = [
      create([0, 9], 'n1'),
      get([1, 2], 'n1', { version: 1, token: 'n1' }),
      remove([3, 4], 'n1', 'gone'),
      get([10, 11], 'n1', { version: 1, token: 'n1' }),
    ];
    expect(violated(entries, [note('n1', 1, 'n1')])).toEqual([]);
    expect(recreated(entries, [note('n1', 1, 'n1')])).toEqual(['n1']);
    const earlier = entries.map((entry) => (entry.op === 'create' ? { ...entry, end: 2 } : entry));
    expect(violated(earlier, [note('n1', 1, 'n1')])).toEqual(['alive-after-delete']);
    expect(recreated(earlier, [note('n1', 1, 'n1')])).toEqual([]);
  });

  test('a note that was also changed before that, and is back at its first version', () => {
    const entries = [create([0, 9], 'n1'), update([1, 2], 'n1', 't1', 2), remove([3, 4], 'n1', true)];
    expect(violated(entries, [note('n1', 1, 'n1')])).toEqual([]);
    const later = entries.map((entry) => (entry.op === 'delete' ? { ...entry, start: 10, end: 11 } : entry));
    expect(violated(later, [note('n1', 1, 'n1')])).toEqual(['lost-write', 'alive-after-delete']);
  });

  test('a note whose two lives have different writes of one version', () => {
    const entries = [
      create([0, 9], 'n1'),
      update([1, 2], 'n1', 't1', 2),
      remove([3, 6], 'n1', true),
      update([4, 8], 'n1', 't2', 2),
      get([10, 11], 'n1', { version: 2, token: 't2' }),
    ];
    expect(violated(entries, [note('n1', 2, 't2')])).toEqual([]);
    expect(recreated(entries, [note('n1', 2, 't2')])).toEqual(['n1']);
  });

  test('a create of unknown outcome that is applied again after a delete', () => {
    const entries = [
      create([0, 1], 'n1', undefined, unknown),
      get([2, 3], 'n1', { version: 1, token: 'n1' }),
      remove([4, 5], 'n1', true),
    ];
    expect(violated(entries, [note('n1', 1, 'n1')])).toEqual([]);
    expect(recreated(entries, [note('n1', 1, 'n1')])).toEqual(['n1']);
  });

  test('a note whose create overlaps its delete, in one life', () => {
    const entries = [create([0, 9], 'n1'), remove([1, 10], 'n1', true), get([11, 12], 'n1', null)];
    expect(violated(entries, [])).toEqual([]);
    expect(recreated(entries, [])).toEqual([]);
  });

  test('a tombstone, which is no entity', () => {
    const entries = [create([0, 1], 'n1'), remove([2, 3], 'n1', true)];
    expect(violated(entries, [[{ id: 'NOTE#n1', _fence: 1, _tombstone: true, expiresAt: 2 }]])).toEqual([]);
  });

  test('a transaction whose check held until its commit', () => {
    const entries = [
      create([0, 1], 'n1'),
      ...transaction(check([2, 9], 'n1', { version: 1, token: 'n1' }), create([2, 9], 'u1')),
      update([3, 8], 'n1', 't1', 2),
      get([6, 7], 'u1', null),
    ];
    expect(violated(entries, [note('n1', 2, 't1'), user('u1', 1, 'u1')])).toEqual([]);
  });

  test('an update that counts again on top of another, whose first reply was lost', () => {
    const entries = [
      create([0, 1], 'n1'),
      update([2, 9], 'n1', 't1', 4),
      update([2, 9], 'n1', 't2', 3),
      get([4, 5], 'n1', { version: 2, token: 't1' }),
    ];
    expect(violated(entries, [note('n1', 4, 't1')])).toEqual([]);
    expect(violated(entries.slice(0, 3), [note('n1', 4, 't1')])).toEqual([]);
  });

  test('an address that nobody holds at the moment when it changes hands', () => {
    const entries = [create([0, 1], 'u1'), remove([2, 9], 'u1', true), create([2, 9], 'u2'), find([2, 9], a, null)];
    expect(violated(entries, [user('u2', 1, 'u2')])).toEqual([]);
  });

  test('older data: without a claim, beside another owner, until it moves', () => {
    const old = { id: 'u1', version: 0, token: 'u1', email: a };
    const entries = [create([0, 1], 'u2'), update([2, 3], 'u1', 't1', 1)];
    const [item = {}] = user('u1', 1, 't1');
    expect(violated(entries, [[item], user('u2', 1, 'u2')], [old])).toEqual([]);
    const moves = [...entries, update([4, 5], 'u1', 't2', 2, { email: b })];
    expect(violated(moves, [user('u1', 2, 't2', b), user('u2', 1, 'u2')], [old])).toEqual([]);
    const [unclaimed = {}] = user('u1', 2, 't2', b);
    expect(violated(moves, [[unclaimed], user('u2', 1, 'u2')], [old])).toEqual(['owner-without-claim']);
  });

  test('an index that lags', () => {
    const entries = [
      create([0, 1], 'n1'),
      update([2, 3], 'n1', 't1', 2),
      list([4, 5], { id: 'n1', version: 1, token: 'n1' }),
    ];
    expect(violated(entries, [note('n1', 2, 't1')])).toEqual([]);
  });

  test('a plain delete that says true because its repeat found nothing', () => {
    const entries = [create([0, 1], 'n1'), remove([2, 9], 'n1', true), remove([2, 9], 'n1', true)];
    expect(violated(entries, [])).toEqual([]);
  });
});

describe('finds', () => {
  test('two owners of an address', () => {
    const entries = [create([0, 1], 'u1'), create([2, 3], 'u2'), remove([8, 9], 'u1', true)];
    expect(violated(entries, [user('u2', 1, 'u2')])).toEqual(['two-owners']);
  });

  test('two owners of an address by a move', () => {
    const entries = [create([0, 1], 'u1'), create([0, 1], 'u2', b), update([2, 3], 'u2', 't', 2, { email: a })];
    expect(violated(entries, [user('u1', 1, 'u1'), user('u2', 2, 't')])).toContain('two-owners');
  });

  test('a version that was written over', () => {
    const entries = [create([0, 1], 'n1'), update([2, 9], 'n1', 't1', 2), update([2, 9], 'n1', 't2', 2)];
    expect(violated(entries, [note('n1', 2, 't2')])).toEqual(['two-states']);
  });

  test.each<[string, Entry, Item[]]>([
    ['twice', append([4, 5], 'n1', ['t1', 't1', 't2'], 3), note('n1', 3, 't2', ['t1', 't1', 't2'])],
    ['no more', append([4, 5], 'n1', ['t2'], 3), note('n1', 3, 't2', ['t2'])],
    [
      'not by the call that should',
      update([4, 5], 'n1', 't2', 3, { log: ['t1'], isAppend: true }),
      note('n1', 3, 't2', ['t1']),
    ],
    [
      'by a call that was rejected',
      append([4, 5], 'n1', ['t1', 't0', 't2'], 4),
      note('n1', 4, 't2', ['t1', 't0', 't2']),
    ],
    ['by no call', append([4, 5], 'n1', ['t1', 'x', 't2'], 4), note('n1', 4, 't2', ['t1', 'x', 't2'])],
  ])('an element that is there %s', (_, last, table) => {
    const first = [create([0, 1], 'n1'), append([2, 3], 'n1', ['t1'], 2), append([2, 3], 'n1', ['t0'], throttled)];
    expect(violated([...first, last], [table])).toContain('wrong-log');
  });

  test('an append that is applied again on top of another write', () => {
    const entries = [
      create([0, 1], 'n1'),
      append([2, 9], 'n1', ['t1'], 4),
      get([3, 4], 'n1', { version: 2, token: 't1', log: ['t1'] }),
      update([5, 6], 'n1', 't2', 3, { log: ['t1'] }),
    ];
    expect(violated(entries, [note('n1', 4, 't1', ['t1'])])).toContain('applied-twice');
  });

  test('an update that lost the address of the one before', () => {
    const entries = [
      create([0, 1], 'u1'),
      update([2, 9], 'u1', 't1', 2, { email: b }),
      update([2, 9], 'u1', 't2', 3, { currentEmail: a }),
    ];
    expect(violated(entries, [user('u1', 3, 't2')])).toEqual(['two-states']);
  });

  test('an update on another version than the one expected', () => {
    const entries = [
      create([0, 1], 'n1'),
      update([2, 3], 'n1', 't1', 2),
      update([4, 5], 'n1', 't2', 3, { expected: 1 }),
    ];
    expect(violated(entries, [note('n1', 3, 't2')])).toEqual(['wrong-version']);
  });

  test('a delete of another version than the one expected', () => {
    const entries = [create([0, 1], 'u1'), update([2, 3], 'u1', 't1', 2), remove([4, 5], 'u1', true, 1)];
    expect(violated(entries, [])).toEqual(['wrong-version']);
  });

  test('a version that nobody wrote', () => {
    const entries = [create([0, 1], 'n1'), update([2, 3], 'n1', 't1', 3)];
    expect(violated(entries, [note('n1', 3, 't1')])).toEqual(['skipped-version']);
  });

  test('a version that only a write which began later can have written', () => {
    const entries = [create([0, 1], 'n1'), update([2, 3], 'n1', 't1', 3), update([4, 5], 'n1', 't2', unknown)];
    expect(violated(entries, [note('n1', 3, 't1')])).toEqual(['skipped-version']);
  });

  test('an update that counts twice in a row', () => {
    const entries = [
      create([0, 1], 'n1'),
      update([2, 9], 'n1', 't1', 3),
      get([3, 4], 'n1', { version: 2, token: 't1' }),
    ];
    expect(violated(entries, [note('n1', 3, 't1')])).toEqual(['applied-twice']);
  });

  test('a move of address that counts twice, even with another write in between', () => {
    const entries = [
      create([0, 1], 'u1'),
      update([2, 9], 'u1', 't1', 4, { email: b }),
      update([2, 9], 'u1', 't2', 3, { email: a }),
      get([4, 5], 'u1', { version: 2, token: 't1', email: b }),
    ];
    expect(violated(entries, [user('u1', 4, 't1', b)])).toEqual(['applied-twice']);
  });

  test('an entity that an update made', () => {
    expect(violated([update([0, 1], 'n1', 't1', 1)], [note('n1', 1, 't1')])).toEqual(['unwritten-state']);
  });

  test('an item that nobody knows of', () => {
    expect(violated([], [[{ id: 'USERS#1' }]])).toEqual(['unwritten-state']);
  });

  test.each([
    ['throttled', throttled],
    ['a conflict', conflictWith(2)],
  ])('a write that happened although its answer was: %s', (_, outcome) => {
    const entries = [create([0, 1], 'n1'), update([2, 3], 'n1', 't1', outcome, { expected: 1 })];
    expect(violated(entries, [note('n1', 2, 't1')])).toEqual(['rejected-but-written']);
  });

  test.each([
    ['an acknowledged version', { version: 1, token: 'n1' }],
    ['an acknowledged create', null],
  ])('a strong read that misses %s', (_, state) => {
    const entries = [create([0, 1], 'n1'), update([2, 3], 'n1', 't1', 2), get([4, 5], 'n1', state)];
    expect(violated(entries, [note('n1', 2, 't1')])).toEqual(['lost-write']);
  });

  test('an acknowledged write that the table does not hold in the end', () => {
    const entries = [create([0, 1], 'n1'), update([2, 3], 'n1', 't1', 2)];
    expect(violated(entries, [note('n1', 1, 'n1')])).toEqual(['lost-write']);
  });

  test('an entity that goes away by itself', () => {
    expect(violated([create([0, 1], 'n1')], [])).toEqual(['vanished']);
    expect(violated([create([0, 1], 'n1'), remove([2, 3], 'n1', throttled)], [])).toEqual(['vanished']);
    expect(violated([create([0, 1], 'n1'), remove([2, 3], 'n1', false)], [])).not.toEqual([]);
  });

  test('a delete that denies what it did', () => {
    const entries = [create([0, 1], 'u1'), remove([2, 3], 'u1', false), remove([4, 5], 'u1', unknown)];
    expect(violated(entries, [])).toEqual(['alive-after-delete']);
  });

  test.each([
    ['one by one', true],
    ['in a batch', 'gone'],
  ] as const)('what is there although it was deleted, %s', (_, answer) => {
    expect(violated([create([0, 1], 'u1'), remove([2, 3], 'u1', answer)], [user('u1', 1, 'u1')])).toEqual([
      'alive-after-delete',
    ]);
  });

  test('a user who was deleted twice', () => {
    const entries = [create([0, 1], 'u1'), remove([2, 9], 'u1', true), remove([2, 9], 'u1', true)];
    expect(violated(entries, [])).toEqual(['alive-after-delete']);
  });

  test('a write to what is gone', () => {
    const entries = [create([0, 1], 'u1'), remove([2, 3], 'u1', true), update([4, 5], 'u1', 't1', 2)];
    expect(violated(entries, [])).toEqual(['alive-after-delete']);
  });

  test('a refusal for an address that nobody else has', () => {
    expect(violated([create([0, 1], 'u1', a, taken)], [])).toEqual(['false-conflict']);
    const released = [
      create([0, 1], 'u1'),
      remove([2, 3], 'u1', true),
      create([4, 5], 'u2', a, taken),
      create([6, 7], 'u3'),
    ];
    expect(violated(released, [user('u3', 1, 'u3')])).toEqual(['false-conflict']);
    const ownOnly = [create([0, 1], 'u1'), update([2, 3], 'u1', 't1', taken, { email: a })];
    expect(violated(ownOnly, [user('u1', 1, 'u1')])).toEqual(['false-conflict']);
  });

  test('a conflict with the very version that was expected, or with one that never was', () => {
    const start = create([0, 1], 'n1');
    const same = update([2, 3], 'n1', 't1', conflictWith(1), { expected: 1 });
    expect(violated([start, same], [note('n1', 1, 'n1')])).toEqual(['false-conflict']);
    const never = update([2, 3], 'n1', 't1', conflictWith(2), { expected: 1 });
    expect(violated([start, never], [note('n1', 1, 'n1')])).toEqual(['skipped-version', 'lost-write']);
  });

  test('a note that is back after two deletes, or whose lives do not fit', () => {
    const twice = [create([0, 9], 'n1'), remove([1, 2], 'n1', true), remove([10, 11], 'n1', true)];
    expect(violated(twice, [note('n1', 1, 'n1')])).toEqual(['alive-after-delete']);
    const unseen = [create([0, 9], 'n1'), remove([1, 2], 'n1', true), get([10, 11], 'n1', null)];
    expect(violated(unseen, [note('n1', 1, 'n1')])).toEqual(['lost-write']);
    const overwritten = [
      create([0, 9], 'n1'),
      remove([1, 2], 'n1', true),
      update([10, 13], 'n1', 't1', 2),
      update([10, 13], 'n1', 't2', 2),
    ];
    expect(violated(overwritten, [note('n1', 2, 't2')])).toContain('two-states');
  });

  test('an update that denies what it wrote', () => {
    const entries = [create([0, 1], 'n1'), update([2, 9], 'n1', 't1', null), remove([3, 8], 'n1', true)];
    const seen = get([4, 5], 'n1', { version: 2, token: 't1' });
    expect(violated([...entries, seen], [])).toEqual(['rejected-but-written']);
  });

  test('an update that lands again after its end, over the acknowledged write of another', () => {
    const entries = [
      create([0, 1], 'n1'),
      update([2, 3], 'n1', 't1', 2),
      update([4, 5], 'n1', 't2', 3),
      get([6, 7], 'n1', { version: 4, token: 't1' }),
    ];
    expect(violated(entries, [note('n1', 4, 't1')])).toContain('applied-twice');
  });

  test('a transaction that commits although a check does not hold any more', () => {
    const entries = [
      create([0, 1], 'n1'),
      ...transaction(check([2, 9], 'n1', { version: 1, token: 'n1' }), create([2, 9], 'n2')),
      update([3, 4], 'n1', 't1', 2),
      get([5, 6], 'n2', null),
    ];
    // n2 did not exist after n1 had changed, so the transaction committed later
    expect(violated(entries, [note('n1', 2, 't1'), note('n2', 1, 'n2')])).toEqual(['torn-transaction']);
  });

  test('a transaction whose parts take effect one after the other', () => {
    const entries = [
      create([0, 1], 'n1'),
      create([0, 1], 'n2'),
      ...transaction(update([2, 9], 'n1', 't1', 2), update([2, 9], 'n2', 't2', 3)),
      get([3, 4], 'n1', { version: 2, token: 't1' }),
      update([5, 6], 'n2', 't3', 2),
    ];
    expect(violated(entries, [note('n1', 2, 't1'), note('n2', 3, 't2')])).toEqual(['torn-transaction']);
  });

  test('an update in a transaction that is applied again', () => {
    const [part] = transaction(update([2, 9], 'n1', 't1', 4));
    const entries = [
      create([0, 1], 'n1'),
      ...(part ? [part] : []),
      update([2, 9], 'n1', 't2', 3),
      get([4, 5], 'n1', { version: 2, token: 't1' }),
    ];
    expect(violated(entries, [note('n1', 4, 't1')])).toEqual(['applied-twice']);
  });

  test('a look-up that misses who holds the address all the time, or finds another', () => {
    const start = create([0, 1], 'u1');
    expect(violated([start, find([2, 3], a, null)], [user('u1', 1, 'u1')])).toEqual(['not-found']);
    const other = find([2, 3], b, { id: 'u1', version: 1, token: 'u1', email: a });
    expect(violated([start, other], [user('u1', 1, 'u1')])).toEqual(['not-found']);
  });

  test('claims and owners that do not belong together', () => {
    const [item = {}] = user('u1', 1, 'u1');
    const start = create([0, 1], 'u1');
    expect(violated([start], [[item]])).toEqual(['owner-without-claim']);
    expect(violated([start], [[item, claim(a, 'u2')]])).toEqual(['owner-without-claim', 'claim-without-owner']);
    expect(violated([start], [user('u1', 1, 'u1'), [claim(b, 'u1')]])).toEqual(['claim-without-owner']);
    expect(violated([], [[claim(b, 'u1')]])).toEqual(['claim-without-owner']);
  });

  test('a stale index key', () => {
    const [item = {}] = note('n1', 2, 't1');
    const entries = [create([0, 1], 'n1'), update([2, 3], 'n1', 't1', 2)];
    expect(violated(entries, [[{ ...item, sk1: 'NAME#n1' }]])).toEqual(['stale-key']);
  });

  test('an error that the model does not promise', () => {
    const entries = [create([0, 1], 'n1', undefined, { is: 'unexpected', error: 'TypeError: x is not a function' })];
    expect(violated(entries, [])).toEqual(['unexpected-error']);
  });
});

describe('a list of all notes', () => {
  const n = (id: string, version = 1, token = id) => ({ id, version, token });
  const notes = [...note('n1', 1, 'n1'), ...note('n2', 1, 'n2')];
  const made = [create([0, 1], 'n1'), create([2, 3], 'n2')];
  const whole = (span: readonly [number, number], pages: readonly (readonly string[])[]): Entry =>
    ({ ...list(span, ...pages.flat().map((id) => n(id))), pages: pages.map(({ length }) => length) }) as Entry;

  test('has each that was there throughout', () => {
    expect(violated([...made, whole([4, 5], [['n2'], ['n1']])], [notes])).toEqual([]);
    expect(violated([...made, whole([4, 5], [['n2']])], [notes])).toEqual(['missing-in-list']);
    expect(violated([...made, list([4, 5], n('n2'))], [notes])).toEqual([]); // one page of an index that may lag
  });

  test('may lack one that was created or deleted meanwhile, or whose key changed', () => {
    expect(violated([create([0, 1], 'n1'), create([2, 6], 'n2'), whole([4, 5], [['n1']])], [notes])).toEqual([]);
    const removed = remove([3, 5], 'n2', true);
    expect(violated([...made, removed, whole([4, 6], [['n1']])], [note('n1', 1, 'n1')])).toEqual([]);
    const changed = [...note('n1', 1, 'n1'), ...note('n2', 2, 't')];
    const rekeyed = { ...update([5, 7], 'n2', 't', 2), isRekeyed: true } as Entry;
    expect(violated([...made, rekeyed, whole([4, 6], [['n1']])], [changed])).toEqual([]);
    expect(violated([...made, update([5, 7], 'n2', 't', 2), whole([4, 6], [['n1']])], [changed])).toEqual([
      'missing-in-list',
    ]);
  });

  test('has none twice, unless its key changed between two pages', () => {
    expect(violated([...made, whole([4, 5], [['n1'], ['n2', 'n1']])], [notes])).toEqual(['doubled-in-list']);
    const changed = [...note('n1', 2, 't'), ...note('n2', 1, 'n2')];
    const rekeyed = { ...update([4, 5], 'n1', 't', 2), isRekeyed: true } as Entry;
    expect(violated([...made, rekeyed, whole([3, 6], [['n1'], ['n2', 'n1']])], [changed])).toEqual([]);
    expect(violated([...made, rekeyed, whole([3, 6], [['n1', 'n2', 'n1']])], [changed])).toEqual(['doubled-in-list']);
  });
});

describe('a counter', () => {
  const counted = [
    create([0, 1], 'n1'),
    count([2, 3], 'n1'),
    count([4, 5], 'n1', unknown),
    count([6, 7], 'n1', throttled),
  ];
  const noteWith = (value: number) => note('n1', 1, 'n1').map((item) => ({ ...item, count: value }));

  test.each([
    [0, ['lost-write']],
    [1, []],
    [2, []],
    [3, ['applied-twice']],
  ])('that has %i at the end, after one increment and one of unknown outcome', (value, expected) => {
    expect(violated(counted, [noteWith(value)])).toEqual(expected);
  });

  test('begins anew in a second life', () => {
    const entries = [...counted, remove([8, 9], 'n1', 'gone'), create([0, 20], 'n1')];
    expect(violated(entries, [noteWith(0)])).not.toContain('lost-write');
  });
});
