import { expect, inject, it } from 'vitest';
import { compareTransports } from './transport-difference.js';

it('gives the same answers and errors as the SDK to the same requests', async () => {
  const { sent, rejected, operations } = await compareTransports(inject('endpoint'), 400);
  expect(sent).toBe(400);
  expect(operations.size).toBe(9);
  expect(rejected).toBeGreaterThan(40);
});
