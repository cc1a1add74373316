import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSame } from '../../src/change/form/same-value.js';
import { changesOnTop, mergeThreeWay, type Side } from '../../src/change/merge/three-way-merge.js';

const names = ['a', 'b', 'c', 'd', 'constructor'];
const value = fc.oneof(
  fc.constantFrom(undefined, null, 'x', 'y', 1, true),
  fc.array(fc.constantFrom('p', 'q'), { maxLength: 2 }),
);
const values = fc
  .tuple(...names.map(() => value))
  .map((all) => Object.fromEntries(all.map((one, i) => [names[i] ?? '', one])));
const choices = fc
  .tuple(...names.map(() => fc.constantFrom<Side>('theirs', 'mine')))
  .map((all) => Object.fromEntries(all.map((one, i) => [names[i] ?? '', one])));
const written = (stored: Record<string, unknown>, changes: Record<string, unknown>) => ({ ...stored, ...changes });
const orNull = (one: unknown) => one ?? null;

describe('the merge of two changes', () => {
  it('keeps each change that only one of them made', () => {
    fc.assert(
      fc.property(values, values, values, choices, (base, theirs, mine, chosen) => {
        const result = written(theirs, changesOnTop(mergeThreeWay(names, base, theirs, mine), chosen));
        for (const name of names) {
          const [before, their, my, now] = [base, theirs, mine, result].map((one) => orNull(one[name]));
          const isTheirs = !isSame(before, their);
          const isMine = !isSame(before, my);
          if (isMine && !isTheirs) expect(now).toEqual(my);
          if (isTheirs && !isMine) expect(now).toEqual(their);
          if (!isTheirs && !isMine) expect(now).toEqual(before);
          if (isTheirs && isMine) expect(now).toEqual(chosen[name] === 'mine' ? my : their);
        }
      }),
    );
  });

  it('has no conflict where both made the same change', () => {
    fc.assert(
      fc.property(values, values, (base, both) => {
        const merged = mergeThreeWay(names, base, both, both);
        expect(merged.filter(({ changedBy }) => changedBy === 'conflict')).toEqual([]);
        expect(changesOnTop(merged, {})).toEqual({});
      }),
    );
  });

  it('writes nothing that is stored already', () => {
    fc.assert(
      fc.property(values, values, values, choices, (base, theirs, mine, chosen) => {
        const changes = changesOnTop(mergeThreeWay(names, base, theirs, mine), chosen);
        for (const [name, one] of Object.entries(changes)) expect(isSame(orNull(theirs[name]), one)).toBe(false);
      }),
    );
  });

  it('takes lists as a whole', () => {
    const [list] = mergeThreeWay(['tags'], { tags: ['a'] }, { tags: ['a', 'b'] }, { tags: ['a', 'c'] });
    expect(list?.changedBy).toBe('conflict');
  });

  it('takes null and a missing value for the same', () => {
    const [one] = mergeThreeWay(['note'], { note: 'old' }, {}, { note: null });
    expect(one?.changedBy).toBe('both');
  });
});
