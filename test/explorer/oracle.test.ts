import { describe, expect, test } from 'vitest';
import { unknownOutcome } from './answer.js';
import { create, type ExploredCall, remove, transact, update } from './explored-call.js';
import type { Caller } from './live-call.js';
import { type CallRecord, judge, type Moment } from './oracle.js';
import type { Answer } from './rules.js';
import type { Entity } from './state.js';

/** Histories written by hand: calls between two steps, and what the table held after a step of whom. */
type Entities = Readonly<Record<string, Entity>>;

const calls = (...records: readonly CallRecord[]) => records;
const called = (
  caller: Caller,
  [start, end]: readonly [number, number],
  call: ExploredCall,
  answer: Answer,
  isAbandoned = false,
): CallRecord => ({ caller, call, start, end, answer, isAbandoned });

const at = (step: number, by: Caller | undefined, entities: Entities, ...problems: readonly string[]): Moment => ({
  step,
  ...(by && { by, attempt: `${by}${step}` }),
  state: new Map(Object.entries(entities)),
  problems,
});

const note = (version: number, text: string): Entity => ({ ref: 'a', text, version });
const answered = (version: number, text: string) => ({ id: 'a', ref: 'a', text, version });
const noteA = (version: number, text: string): Entities => ({ 'NOTE#a': note(version, text) });
const write = (by: string) => update('notes', 'a', { text: by });
const writeAt1 = (by: string) => update('notes', 'a', { text: by }, { expectedVersion: 1 });
const make = (by: string) => create('notes', 'a', { text: by });
const drop = remove('notes', 'a');
const removeAt1 = remove('notes', 'a', { expectedVersion: 1 });
const unknown = { error: unknownOutcome };
const account = (ref: string, email: string): Entities => ({ [`ACCOUNT#${ref}`]: { ref, email, version: 1 } });

const breaches = (records: readonly CallRecord[], ...moments: readonly Moment[]) =>
  judge({ calls: records, moments }).findings.map(({ breach }) => breach);

describe('explains', () => {
  test('calls in the order of their effects', () => {
    const both = calls(
      called('A', [0, 3], write('A'), answered(3, 'A')),
      called('B', [0, 2], writeAt1('B'), answered(2, 'B')),
    );
    expect(
      breaches(both, at(0, undefined, noteA(1, 'old')), at(2, 'B', noteA(2, 'B')), at(3, 'A', noteA(3, 'A'))),
    ).toEqual([]);
  });

  test('a rejection by a state during the call', () => {
    const both = calls(
      called('A', [0, 2], make('A'), { error: 'UniqueConstraintError', attribute: 'id' }),
      called('B', [0, 3], drop, true),
    );
    expect(breaches(both, at(0, undefined, noteA(1, 'old')), at(3, 'B', {}))).toEqual([]);
  });

  test('an unknown outcome that takes effect later, or never', () => {
    const one = calls(called('A', [0, 2], write('A'), unknown, true));
    expect(breaches(one, at(0, undefined, noteA(1, 'old')))).toEqual([]);
    expect(breaches(one, at(0, undefined, noteA(1, 'old')), at(5, 'A', noteA(2, 'A')))).toEqual([]);
  });

  test('an update that goes on top of another while it is running', () => {
    const both = calls(
      called('A', [0, 3], write('A'), answered(4, 'A'), true),
      called('B', [0, 2], write('B'), answered(3, 'B')),
    );
    const moments = [at(0, undefined, noteA(1, 'old')), at(1, 'A', noteA(2, 'A')), at(2, 'B', noteA(3, 'B'))];
    const { findings, exceptions } = judge({ calls: both, moments: [...moments, at(3, 'A', noteA(4, 'A'))] });
    expect({ findings, exceptions }).toEqual({ findings: [], exceptions: ['on top'] });
    expect(breaches(both, ...moments, at(4, 'A', noteA(4, 'A')))).toContain('effect after the end');
  });

  test('a create without unique attributes that is made again after a delete', () => {
    const both = calls(called('A', [0, 3], make('A'), answered(1, 'A'), true), called('B', [0, 2], drop, true));
    const moments = [at(0, undefined, {}), at(1, 'A', noteA(1, 'A')), at(2, 'B', {})];
    const { findings, exceptions } = judge({ calls: both, moments: [...moments, at(3, 'A', noteA(1, 'A'))] });
    expect({ findings, exceptions }).toEqual({ findings: [], exceptions: ['after a delete'] });
    expect(breaches(both, ...moments, at(4, 'A', noteA(1, 'A')))).toEqual(['effect after the end']);
  });

  test('a create that is rejected for the id that another has taken since its first attempt was deleted', () => {
    const taken = { error: 'UniqueConstraintError', attribute: 'id' };
    const all = calls(
      called('A', [0, 4], make('A'), taken, true),
      called('B', [0, 2], drop, true),
      called('C', [2, 3], make('C'), answered(1, 'C')),
    );
    const moments = [at(0, undefined, {}), at(1, 'A', noteA(1, 'A')), at(2, 'B', {}), at(3, 'C', noteA(1, 'C'))];
    expect(judge({ calls: all, moments })).toEqual({ findings: [], exceptions: ['rejected in another life'] });
    expect(breaches(all, ...moments.slice(0, 3))).toContain('rejected but written');
  });

  test('a delete that is rejected for the version of an entity that was created since its first attempt', () => {
    const all = calls(
      called('A', [0, 4], removeAt1, { error: 'VersionConflictError', actualVersion: 2 }, true),
      called('B', [1, 2], make('B'), answered(1, 'B')),
      called('C', [2, 3], write('C'), answered(2, 'C')),
    );
    const moments = [
      at(0, undefined, noteA(1, 'old')),
      at(1, 'A', {}),
      at(2, 'B', noteA(1, 'B')),
      at(3, 'C', noteA(2, 'C')),
    ];
    const behind = { calls: all, moments, skewMs: 5000 };
    expect(judge(behind)).toEqual({ findings: [], exceptions: ['rejected in another life'] });
    expect(breaches(all, ...moments)).toEqual(['rejected but written']);
  });

  test.each([
    { life: 'whose creator has a clock behind', start: 1, skewMs: 5000 },
    { life: 'whose create began no later', start: 0, skewMs: 0 },
  ])('an update or delete at a version that is made again in a later life, $life', ({ start, skewMs }) => {
    const old = at(0, undefined, noteA(1, 'old'));
    const anew = called('B', [start, 3], make('B'), answered(1, 'B'));
    const anewLater = called('B', [1, 3], make('B'), answered(1, 'B'));
    const removes = calls(called('A', [0, 4], removeAt1, true, true), anew);
    const ofRemoves = [old, at(1, 'A', {}), at(3, 'B', noteA(1, 'B')), at(4, 'A', {})];
    const updates = calls(
      called('A', [0, 4], writeAt1('A'), answered(2, 'A'), true),
      called('C', [0, 2], drop, true),
      anew,
    );
    const ofUpdates = [
      old,
      at(1, 'A', noteA(2, 'A')),
      at(2, 'C', {}),
      at(3, 'B', noteA(1, 'B')),
      at(4, 'A', noteA(2, 'A')),
    ];
    for (const record of [
      { calls: removes, moments: ofRemoves },
      { calls: updates, moments: ofUpdates },
    ]) {
      expect(judge({ ...record, skewMs })).toEqual({ findings: [], exceptions: ['in a later life'] });
      const laterCalls = record.calls.map((one) => (one === anew ? anewLater : one));
      expect(breaches(laterCalls, ...record.moments)).toEqual(['applied twice']);
    }
    const sameLife = [old, at(1, 'A', noteA(2, 'A')), at(3, 'B', noteA(1, 'B')), at(4, 'A', noteA(2, 'A'))];
    expect(
      judge({
        calls: calls(
          called('A', [0, 4], writeAt1('A'), answered(2, 'A'), true),
          called('B', [0, 3], write('B'), answered(1, 'B')),
        ),
        moments: sameLife,
        skewMs: 5000,
      }).findings.map(({ breach }) => breach),
    ).toContain('applied twice');
  });

  test('a delete without claims that is made again after a create', () => {
    const both = calls(called('A', [0, 3], drop, true, true), called('B', [0, 2], make('B'), answered(1, 'B')));
    const moments = [at(0, undefined, noteA(1, 'old')), at(1, 'A', {}), at(2, 'B', noteA(1, 'B'))];
    const { findings, exceptions } = judge({ calls: both, moments: [...moments, at(3, 'A', {})] });
    expect({ findings, exceptions }).toEqual({ findings: [], exceptions: ['after a create'] });
    expect(breaches(both, ...moments, at(4, 'A', {}))).toEqual(['effect after the end']);
  });

  test('a retried delete without claims that finds nothing', () => {
    expect(breaches(calls(called('A', [0, 2], drop, true, true)), at(0, undefined, {}))).toEqual([]);
    expect(breaches(calls(called('A', [0, 2], drop, true)), at(0, undefined, {}))).toEqual([
      'acknowledged, not written',
    ]);
    const withClaims = calls(called('A', [0, 2], remove('accounts', 'a'), true, true));
    expect(breaches(withClaims, at(0, undefined, {}))).toEqual(['acknowledged, not written']);
  });
});

describe('finds', () => {
  const gone = called('B', [2, 3], drop, true);

  test('a create that is back after its delete', () => {
    const both = calls(called('A', [0, 2], make('A'), answered(1, 'A'), true), gone);
    const moments = [at(0, undefined, {}), at(2, 'A', noteA(1, 'A')), at(3, 'B', {}), at(4, 'A', noteA(1, 'A'))];
    expect(breaches(both, ...moments)).toEqual(['effect after the end']);
  });

  test('an update that lands again, over an acknowledged write', () => {
    const both = calls(
      called('A', [0, 2], write('A'), answered(2, 'A'), true),
      called('B', [2, 3], write('B'), answered(3, 'B')),
    );
    const moments = [at(0, undefined, noteA(1, 'old')), at(2, 'A', noteA(2, 'A')), at(3, 'B', noteA(3, 'B'))];
    expect(breaches(both, ...moments, at(4, 'A', noteA(4, 'A')))).toEqual(['effect after the end']);
  });

  test('a delete that removes an entity that was created anew', () => {
    const both = calls(called('A', [0, 2], drop, true, true), called('B', [2, 3], make('B'), answered(1, 'B')));
    const moments = [at(0, undefined, noteA(1, 'old')), at(2, 'A', {}), at(3, 'B', noteA(1, 'B')), at(4, 'A', {})];
    expect(breaches(both, ...moments)).toEqual(['effect after the end']);
  });

  test('a write that was rejected and is there', () => {
    const taken = { error: 'UniqueConstraintError', attribute: 'email' };
    const both = calls(
      called('A', [0, 2], create('accounts', 'a', { email: 'x' }), taken, true),
      called('B', [2, 3], remove('accounts', 'b'), true),
    );
    const moments = [at(0, undefined, account('b', 'x')), at(3, 'B', {}), at(4, 'A', account('a', 'x'))];
    expect(breaches(both, ...moments)).toEqual(['effect after the end']);
  });

  test.each([null, { error: 'ThrottledError' }])('an answer of %j that denies an effect', (answer) => {
    const one = calls(called('A', [0, 2], write('A'), answer, true));
    expect(breaches(one, at(0, undefined, noteA(1, 'old')), at(1, 'A', noteA(2, 'A')))).toEqual([
      'rejected but written',
    ]);
  });

  test('a transaction whose part does not hold', () => {
    const call = transact(update('notes', 'a', {}, { expectedVersion: 1 }), create('notes', 'b', {}));
    const both = calls(
      called('A', [0, 3], call, [answered(1, 'old'), { id: 'b', ref: 'b', version: 1 }]),
      called('B', [0, 2], write('B'), answered(2, 'B')),
    );
    const last = { ...noteA(2, 'B'), 'NOTE#b': { ref: 'b', version: 1 } };
    expect(breaches(both, at(0, undefined, noteA(1, 'old')), at(2, 'B', noteA(2, 'B')), at(3, 'A', last))).toEqual([
      'wrong effect',
      'wrong answer',
    ]);
  });

  test('an increment whose retry counts again, and not the copy of its one attempt', () => {
    const counted = (version: number, n: number): Entities => ({ 'NOTE#a': { ref: 'a', n, version } });
    const increment = update('notes', 'a', {}, { increment: { n: 1 } });
    const both = calls(
      called('A', [0, 3], increment, { id: 'a', ref: 'a', n: 3, version: 4 }, true),
      called('B', [0, 2], increment, { id: 'a', ref: 'a', n: 2, version: 3 }),
    );
    const moments = [at(0, undefined, counted(1, 0)), at(1, 'A', counted(2, 1)), at(2, 'B', counted(3, 2))];
    const again = at(3, 'A', counted(4, 3));
    expect(breaches(both, ...moments, again)).toEqual(['applied twice']);
    expect(breaches(both, ...moments, { ...again, attempt: 'A1' })).toEqual([]);
  });

  test('an update that goes on top of itself, or on top of another when it moved a claim', () => {
    const one = calls(called('A', [0, 2], write('A'), answered(2, 'A'), true));
    const twice = [at(0, undefined, noteA(1, 'old')), at(1, 'A', noteA(2, 'A')), at(2, 'A', noteA(3, 'A'))];
    expect(breaches(one, ...twice)).toEqual(['applied twice']);
    const moved = (version: number, email: string): Entities => ({ 'ACCOUNT#a': { email, version } });
    const both = calls(
      called('A', [0, 3], update('accounts', 'a', { email: 'y' }), { id: 'a', email: 'y', version: 4 }, true),
      called('B', [0, 2], update('accounts', 'a', { email: 'x' }), { id: 'a', email: 'x', version: 3 }),
    );
    const moments = [at(0, undefined, moved(1, 'x')), at(1, 'A', moved(2, 'y')), at(2, 'B', moved(3, 'x'))];
    expect(breaches(both, ...moments, at(3, 'A', moved(4, 'y')))).toEqual(['applied twice']);
  });

  test('an acknowledged write that is not there', () => {
    const one = calls(called('A', [0, 1], write('A'), answered(2, 'A')));
    expect(breaches(one, at(0, undefined, noteA(1, 'old')))).toEqual(['acknowledged, not written']);
  });

  test('a rejection that no state during the call explains', () => {
    const late = called('A', [2, 3], make('A'), { error: 'UniqueConstraintError', attribute: 'id' });
    const both = calls(called('B', [0, 1], drop, true), late);
    expect(breaches(both, at(0, undefined, noteA(1, 'old')), at(1, 'B', {}))).toEqual(['wrong answer']);
    const conflict = called('A', [0, 1], writeAt1('A'), { error: 'VersionConflictError', actualVersion: 3 });
    expect(breaches(calls(conflict), at(0, undefined, noteA(2, 'old')))).toEqual(['wrong answer']);
  });

  test('an effect that is not that of the call', () => {
    const one = calls(called('A', [0, 1], write('A'), answered(2, 'A')));
    expect(breaches(one, at(0, undefined, noteA(1, 'old')), at(1, 'A', noteA(3, 'A')))).toContain('wrong effect');
  });

  test('an unknown outcome although each attempt was answered', () => {
    const one = calls(called('A', [0, 1], write('A'), unknown));
    expect(breaches(one, at(0, undefined, noteA(1, 'old')))).toEqual(['unknown without a reason']);
  });

  test('a claim that does not fit its owner, at any moment', () => {
    const one = calls(called('A', [0, 2], remove('accounts', 'a'), true));
    const torn = at(1, 'A', {}, 'UNIQUE#ACCOUNT#email#x is left without its owner');
    expect(breaches(one, at(0, undefined, account('a', 'x')), torn, at(2, 'A', {}))).toEqual(['torn state']);
  });
});
