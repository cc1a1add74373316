import { expect, it } from 'vitest';
import { RetryBudget } from '../../src/connection/retry-budget.js';

const takeAll = (take: () => boolean) => {
  let taken = 0;
  while (taken < 1000 && take()) taken++;
  return taken;
};
const takeRetries = (budget: RetryBudget) => takeAll(() => budget.take());
const takeConflicts = (budget: RetryBudget) => takeAll(() => budget.takeConflict());
const earn = (budget: RetryBudget, answers: number) => {
  for (let answer = 0; answer < answers; answer++) budget.earn();
};

it('allows 100 retries at once, then one for each ten answers', () => {
  const budget = new RetryBudget();
  expect(takeRetries(budget)).toBe(100);
  earn(budget, 9);
  expect(budget.take()).toBe(false);
  earn(budget, 2); // a tenth is not exact in binary
  expect(takeRetries(budget)).toBe(1);
});

it('allows 100 retries after conflicts at once, then one for each answer', () => {
  const budget = new RetryBudget();
  expect(takeConflicts(budget)).toBe(100);
  earn(budget, 7);
  expect(takeConflicts(budget)).toBe(7);
});

it('keeps the retries of an outage when conflicts have used up theirs, and the other way round', () => {
  const [contended, failing] = [new RetryBudget(), new RetryBudget()];
  takeConflicts(contended);
  takeRetries(failing);
  expect(takeRetries(contended)).toBe(100);
  expect(takeConflicts(failing)).toBe(100);
});

it('never holds more than 100 of either', () => {
  const budget = new RetryBudget();
  earn(budget, 10_000);
  expect(takeRetries(budget)).toBe(100);
  expect(takeConflicts(budget)).toBe(100);
});
