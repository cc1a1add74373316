import { describe, expect, it } from 'vitest';
import { classifyStoredItem, type Judgement, judgeCancellation } from '../src/call/condition-failure.js';

describe('classifyStoredItem', () => {
  const preparedAt = '2026-01-01T00:00:00.000Z';
  const before = { createdAt: '2025-12-31T23:59:59.999Z' };
  const after = { createdAt: '2026-01-01T00:00:00.001Z' };
  const mine = { _writeId: 'w', version: 4, ...before };
  const foreign = (version?: number, life = before) => ({
    _writeId: 'other',
    ...life,
    ...(version !== undefined && { version }),
  });
  it.each<[string, Record<string, unknown>, number | undefined, boolean, Judgement]>([
    ['its own stamp', mine, 3, true, 'applied'],
    ['its own stamp without an expected version', mine, undefined, true, 'applied'],
    ['another write, no version expected', foreign(9), undefined, false, 'open'],
    ['another write at a retry, no version expected', foreign(9), undefined, true, 'open'],
    ['the expected version', foreign(3), 3, true, 'open'],
    ['the expected version, of an entity created since', foreign(3, after), 3, true, 'indeterminate'],
    ['the same at the first attempt', foreign(3, after), 3, false, 'open'],
    ['a later version at the first attempt', foreign(5), 3, false, 'conflict'],
    ['the next version at a retry', foreign(4), 3, true, 'conflict'],
    ['the next version at a retry, of an entity created since', foreign(4, after), 3, true, 'indeterminate'],
    ['a version above at a retry', foreign(5), 3, true, 'indeterminate'],
    ['a lower version at a retry: deleted and created anew', foreign(1, after), 3, true, 'indeterminate'],
    ['no version where 1 was expected', foreign(), 1, false, 'conflict'],
    ['version 1 where none existed, at a retry', foreign(1), 0, true, 'conflict'],
    ['version 2 where none existed, at a retry', foreign(2), 0, true, 'indeterminate'],
    ['an item without a stamp', { version: 4, ...before }, 3, true, 'conflict'],
    ['an older item without createdAt', { version: 4 }, 3, true, 'conflict'],
  ])('meets %s', (_, stored, expectedVersion, abandoned, judgement) => {
    expect(classifyStoredItem(stored, { writeId: 'w', expectedVersion, abandoned, preparedAt })).toBe(judgement);
  });

  it.each<[string, Record<string, unknown>, Judgement]>([
    ['the next version, of the life that was read', foreign(4, after), 'conflict'],
    ['the next version, of another life, however old', foreign(4), 'indeterminate'],
  ])('meets at a retry, after a read, %s', (_, stored, judgement) => {
    const read = { version: 3, ...after };
    const write = { writeId: 'w', expectedVersion: 3, abandoned: true, preparedAt, read };
    expect(classifyStoredItem(stored, write)).toBe(judgement);
  });

  it.each([['2'], [1.5], [2n ** 60n]])('says what is wrong with the stored version %s', (version) => {
    const judge = () =>
      classifyStoredItem({ id: 'X#1', version }, { expectedVersion: 1, abandoned: false, preparedAt });
    expect(judge).toThrow(/^The stored version of X#1 is/);
  });
});

describe('judgeCancellation', () => {
  it.each<[(string | undefined)[], ReturnType<typeof judgeCancellation>]>([
    [['None', 'ConditionalCheckFailed'], 'conditions'],
    [[undefined, 'ConditionalCheckFailed', 'ConditionalCheckFailed'], 'conditions'],
    [['TransactionConflict', 'None'], 'conflict'],
    [['TransactionConflict', 'ConditionalCheckFailed'], 'conflict'],
    [['ThrottlingError', 'TransactionConflict'], 'throttled'],
    [['ProvisionedThroughputExceeded', 'ConditionalCheckFailed'], 'throttled'],
    [['ValidationError'], 'invalid'],
    [['ItemCollectionSizeLimitExceeded', 'ConditionalCheckFailed'], 'invalid'],
    [['None', undefined], 'invalid'],
    [[], 'invalid'],
  ])('judges %j as %s', (codes, verdict) => {
    expect(judgeCancellation(codes.map((Code) => ({ Code })))).toBe(verdict);
  });
});
