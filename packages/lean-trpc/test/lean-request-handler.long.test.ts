import { expect, it } from 'vitest';
import { expectSameAnswers } from './same-answers.js';

it('answers 10,000 generated requests like tRPC', async () => {
  expect(await expectSameAnswers(10_000)).toBeGreaterThan(0.15);
});
