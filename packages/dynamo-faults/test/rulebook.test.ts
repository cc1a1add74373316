import { describe, expect, test } from 'vitest';
import { createRulebook } from '../src/rulebook.js';
import type { FaultRule } from '../src/rules.js';
import { seededRandom } from '../src/seeded-random.js';

const nothing = () => ({});
const rules: FaultRule[] = [
  { fault: 'latency', ms: [5, 50], rate: 0.5 },
  { fault: 'throttle', rate: 0.05 },
  { fault: 'lost-reply', operation: ['PutItem', 'UpdateItem'], rate: 0.1 },
];

/** The verdicts for a thousand requests of three operations, asked in the given order of operations. */
function verdicts(seed: number, order: (i: number) => string) {
  const rulebook = createRulebook(seed, rules);
  const counts: Record<string, number> = {};
  const seen: Record<string, unknown[]> = {};
  for (let i = 0; Object.values(counts).filter((count) => count >= 1_000).length < 3; i++) {
    const operation = order(i);
    const n = (counts[operation] ?? 0) + 1;
    counts[operation] = n;
    if (n > 1_000) continue;
    const { delays, fault, random } = rulebook.judge(operation, n, nothing);
    seen[operation] = [...(seen[operation] ?? []), [delays, fault, random()]];
  }
  return seen;
}

const operations = ['PutItem', 'UpdateItem', 'GetItem'];
const oneAfterAnother = (i: number) => operations[i % 3] ?? '';
const shuffled = (seed: number) => {
  const random = seededRandom('shuffle', seed);
  return () => operations[Math.floor(random() * 3)] ?? '';
};

describe('the verdict for the n-th request of an operation', () => {
  test('does not depend on requests of other operations', () => {
    const expected = verdicts(7, oneAfterAnother);
    for (const seed of [1, 2, 3]) expect(verdicts(7, shuffled(seed))).toEqual(expected);
  });

  test('differs between seeds', () => {
    expect(verdicts(8, oneAfterAnother)).not.toEqual(verdicts(7, oneAfterAnother));
  });

  test('differs between operations', () => {
    const { PutItem, UpdateItem } = verdicts(7, oneAfterAnother);
    expect(PutItem).not.toEqual(UpdateItem);
  });
});

describe('rates', () => {
  test.each([0, 0.05, 0.3, 1])('a rate of %d hits that share of the requests', (rate) => {
    const rulebook = createRulebook(7, [{ fault: 'throttle', rate }]);
    const hits = Array.from({ length: 20_000 }, (_, n) => rulebook.judge('PutItem', n + 1, nothing).fault);
    const share = hits.filter(Boolean).length / hits.length;
    // four standard deviations
    expect(Math.abs(share - rate)).toBeLessThanOrEqual(4 * Math.sqrt((rate * (1 - rate)) / hits.length));
  });

  test('two rules of one fault hit independently', () => {
    const rulebook = createRulebook(7, [
      { fault: 'reset', rate: 0.5 },
      { fault: 'throttle', rate: 0.5 },
    ]);
    const hits = Array.from({ length: 20_000 }, (_, n) => rulebook.judge('PutItem', n + 1, nothing).fault);
    expect(hits.filter((fault) => fault === 'throttle').length / hits.length).toBeCloseTo(0.25, 1);
  });
});

describe('the requests of a rule', () => {
  const faultsOf = (rule: FaultRule, asked: readonly (readonly [string, object])[]) => {
    const rulebook = createRulebook(7, [rule]);
    return asked.map(([operation, body], i) => rulebook.judge(operation, i + 1, () => ({ ...body })).fault);
  };

  test('times and skip count only requests that match', () => {
    const asked = ['PutItem', 'GetItem', 'PutItem', 'PutItem', 'PutItem'].map((operation) => [operation, {}] as const);
    const rule = { fault: 'reset', operation: 'PutItem', skip: 1, times: 2 } as const;
    expect(faultsOf(rule, asked)).toEqual([undefined, undefined, 'reset', 'reset', undefined]);
  });

  test('without an operation, a fault is injected only into those that it can affect', () => {
    const asked = ['PutItem', 'GetItem', 'TransactWriteItems'].map((operation) => [operation, {}] as const);
    expect(faultsOf({ fault: 'transaction-conflict' }, asked)).toEqual([
      'transaction-conflict',
      undefined,
      'transaction-conflict',
    ]);
  });

  test('only reads of an index can be stale', () => {
    expect(
      faultsOf({ fault: 'stale-index' }, [
        ['Query', {}],
        ['Query', { IndexName: 'GSI1' }],
      ]),
    ).toEqual([undefined, 'stale-index']);
  });

  test('when receives the body', () => {
    const rule: FaultRule = { fault: 'reset', when: ({ TableName }) => TableName === 'mine' };
    expect(
      faultsOf(rule, [
        ['PutItem', { TableName: 'yours' }],
        ['GetItem', { TableName: 'mine' }],
      ]),
    ).toEqual([undefined, 'reset']);
  });
});
