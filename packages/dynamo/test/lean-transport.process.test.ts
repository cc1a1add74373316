import { expect, inject, it } from 'vitest';
import { compareTransports } from './transport-difference.js';

it('says the same as the SDK to the same requests: items, fields, errors', async () => {
  const { sent, refused, operations } = await compareTransports(inject('endpoint'), 400);
  expect(sent).toBe(400);
  expect(operations.size).toBe(9);
  expect(refused).toBeGreaterThan(40);
});
