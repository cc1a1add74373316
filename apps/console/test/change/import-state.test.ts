import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  goesOnAfter,
  importKey,
  importProgress,
  interruptedImport,
  interruptedText,
  rowKey,
} from '../../src/change/transfer/import-state.js';

describe('an import', () => {
  const store = () => {
    const map = new Map<string, string>();
    return {
      getItem: (key: string) => map.get(key) ?? null,
      setItem: (key: string, value: string) => void map.set(key, value),
      removeItem: (key: string) => void map.delete(key),
    };
  };

  it('is kept for one user', () => {
    expect(importKey('users', undefined, '1', 'a/b')).not.toBe(importKey('users', undefined, '1', 'a'));
    expect(importKey('users', undefined, '1', '')).toBe('console.import//users//1');
  });

  it('goes on under the same keys after it was interrupted', () => {
    const kept = store();
    const start = { id: 'abc', settledRows: 0, sentRows: 0, startedAt: Date.now() };
    const progress = importProgress('it', start, kept);
    for (const row of [1, 2, 3, 4]) progress.send(row);
    for (const row of [2, 1, 4]) progress.settle(row);
    const interrupted = interruptedImport('it', kept);
    expect(interrupted).toEqual({ ...start, settledRows: 2, sentRows: 4 });
    expect(interrupted && rowKey(interrupted, 3)).toBe(rowKey(start, 3));
    expect(rowKey(start, 3)).not.toBe(rowKey({ id: 'abd' }, 3));
    progress.end();
    expect(interruptedImport('it', kept)).toEqual(interrupted); // row 3 is in doubt: its key is needed
    progress.settle(3);
    progress.end();
    expect(interruptedImport('it', kept)).toBeUndefined();
  });

  it('sends no row again once the API may have forgotten its key, and names the rows in doubt', () => {
    const state = { id: 'abc', settledRows: 2, sentRows: 6, startedAt: Date.now() };
    expect(goesOnAfter(state)).toBe(2);
    expect(interruptedText(state)).toContain('nothing is created twice');
    const old = { ...state, startedAt: Date.now() - 24 * 3_600_000 };
    expect(goesOnAfter(old)).toBe(6);
    expect(interruptedText(old)).toContain('rows 3 to 6');
    const kept = store();
    importProgress('it', old, kept).settle(7);
    expect(interruptedImport('it', kept)?.settledRows).toBe(7);
  });

  it('is settled up to the first row that is not, in whatever order rows end', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 12 })), (rows) => {
        const kept = store();
        const progress = importProgress('it', { id: 'abc', settledRows: 0, sentRows: 0, startedAt: Date.now() }, kept);
        for (const row of rows) progress.settle(row);
        let expected = 0;
        while (rows.includes(expected + 1)) expected++;
        expect(interruptedImport('it', kept)?.settledRows).toBe(expected);
      }),
    );
  });

  it('has keys that the API takes', () => {
    fc.assert(
      fc.property(fc.nat(), (row) => {
        expect(rowKey({ id: '0f'.repeat(16) }, row)).toMatch(/^[!#-+\--:<-[\]-~]{1,255}$/);
      }),
    );
  });
});
