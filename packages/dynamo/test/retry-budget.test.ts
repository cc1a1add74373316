import { expect, it } from 'vitest';
import { RetryBudget } from '../src/retry-budget.js';

const takeAll = (budget: RetryBudget) => {
  let taken = 0;
  while (budget.take()) taken++;
  return taken;
};

it('allows 100 repeats at once, then one for each ten answers', () => {
  const budget = new RetryBudget();
  expect(takeAll(budget)).toBe(100);
  for (let answer = 0; answer < 9; answer++) budget.earn();
  expect(budget.take()).toBe(false);
  budget.earn();
  budget.earn(); // a tenth is not exact in binary
  expect(takeAll(budget)).toBe(1);
});

it('never holds more than 100', () => {
  const budget = new RetryBudget();
  for (let answer = 0; answer < 10_000; answer++) budget.earn();
  expect(takeAll(budget)).toBe(100);
});
