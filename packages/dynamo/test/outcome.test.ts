import { describe, expect, it } from 'vitest';
import { judgeCancellation, judgeStored, type Verdict } from '../src/outcome.js';

describe('judgeStored', () => {
  const mine = { _writeId: 'w', version: 4 };
  const foreign = (version?: number) => ({ _writeId: 'other', ...(version !== undefined && { version }) });
  it.each<[string, Record<string, unknown> | undefined, number | undefined, boolean, Verdict]>([
    ['nothing there', undefined, undefined, false, 'missing'],
    ['nothing there, though a version was expected', undefined, 3, false, 'missing'],
    ['nothing there at a repeat', undefined, 3, true, 'missing'],
    ['its own stamp', mine, 3, true, 'done'],
    ['its own stamp without a version', mine, undefined, true, 'done'],
    ['another write, no version expected', foreign(9), undefined, false, 'again'],
    ['another write at a repeat, no version expected', foreign(9), undefined, true, 'again'],
    ['a later version at the first try', foreign(5), 3, false, 'conflict'],
    ['the next version at a repeat', foreign(4), 3, true, 'conflict'],
    ['a version above at a repeat', foreign(5), 3, true, 'unknown'],
    ['a lower version at a repeat: deleted and made anew', foreign(1), 3, true, 'unknown'],
    ['no version where 1 was expected', foreign(), 1, false, 'conflict'],
    ['version 1 where none existed, at a repeat', foreign(1), 0, true, 'conflict'],
    ['version 2 where none existed, at a repeat', foreign(2), 0, true, 'unknown'],
    ['an item without a stamp', { version: 4 }, 3, true, 'conflict'],
  ])('meets %s', (_, stored, expectedVersion, isRepeat, verdict) => {
    expect(judgeStored(stored, { writeId: 'w', expectedVersion, isRepeat })).toBe(verdict);
  });
});

describe('judgeCancellation', () => {
  it.each<[(string | undefined)[], ReturnType<typeof judgeCancellation>]>([
    [['None', 'ConditionalCheckFailed'], 'conditions'],
    [[undefined, 'ConditionalCheckFailed', 'ConditionalCheckFailed'], 'conditions'],
    [['TransactionConflict', 'None'], 'contention'],
    [['TransactionConflict', 'ConditionalCheckFailed'], 'contention'],
    [['ThrottlingError', 'TransactionConflict'], 'throughput'],
    [['ProvisionedThroughputExceeded', 'ConditionalCheckFailed'], 'throughput'],
    [['ValidationError'], 'invalid'],
    [['ItemCollectionSizeLimitExceeded', 'ConditionalCheckFailed'], 'invalid'],
    [['None', undefined], 'invalid'],
    [[], 'invalid'],
  ])('calls %j %s', (codes, verdict) => {
    expect(judgeCancellation(codes.map((Code) => ({ Code })))).toBe(verdict);
  });
});
