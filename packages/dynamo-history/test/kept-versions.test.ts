import { describe, expect, test } from 'vitest';
import { create, kept, keptDeletion, note, remove, unknown, update, violated } from './histories.js';

const first = kept('n1', 1, 'n1');
const second = kept('n1', 2, 't1');
const updated = [create([0, 1], 'n1'), update([2, 3], 'n1', 't1', 2)];
const deleted = [...updated, remove([4, 5], 'n1', true)];
const life = '2024-01-02T00:00:00.000Z';

describe('kept versions', () => {
  test('are those of each write, up to the entity in the table', () => {
    expect(violated(updated, [note('n1', 2, 't1'), first, second])).toEqual([]);
  });

  test('end with a deletion', () => {
    expect(violated(deleted, [first, second, keptDeletion('n1', 3, 't1')])).toEqual([]);
  });

  test('are those of each life', () => {
    const again = kept('n1', 1, 'n1', life);
    const recreated = note('n1', 1, 'n1').map((item) => ({ ...item, createdAt: life }));
    const entries = [create([0, 9], 'n1'), update([2, 3], 'n1', 't1', unknown), remove([4, 5], 'n1', true)];
    expect(violated(entries, [recreated, first, keptDeletion('n1', 2, 'n1'), again])).toEqual([]);
  });

  test.each([
    ['a version is missing', updated, [note('n1', 2, 't1'), second]],
    ['the last version is missing', updated, [note('n1', 2, 't1'), first]],
    ['another write has taken the place of one', updated, [note('n1', 2, 't1'), kept('n1', 1, 't1'), second]],
    ['the deletion is missing', deleted, [first, second]],
    ['the deletion has taken the place of a version', deleted, [first, keptDeletion('n1', 2, 'n1')]],
    ['they go on after the entity', updated, [note('n1', 2, 't1'), first, second, kept('n1', 3, 't1')]],
  ])('are lost where %s', (_, entries, table) => {
    expect(violated(entries, table)).toEqual(['lost-version']);
  });

  test('that nobody wrote are found', () => {
    const table = [note('n1', 2, 't1'), first, second, kept('n1', 1, 'x', life), keptDeletion('n1', 2, 'x', life)];
    expect(violated(updated, table)).toEqual(['unwritten-state']);
  });
});
