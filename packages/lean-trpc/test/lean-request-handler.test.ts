import { expect, it } from 'vitest';
import { expectSameAnswers } from './same-answers.js';

it('answers as tRPC does, and by itself what is plain', async () => {
  expect(await expectSameAnswers(800)).toBeGreaterThan(0.15);
});
