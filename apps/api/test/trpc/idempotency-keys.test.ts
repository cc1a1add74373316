import { expect, it } from 'vitest';
import { idempotencyKeys, onceKeyOf, replayedHeader } from '../../src/trpc/idempotency-keys.js';

it.each([
  { header: undefined, calls: 3, keys: undefined },
  { header: '"8e03978e-40d5"', calls: 1, keys: ['8e03978e-40d5'] },
  { header: '8e03978e-40d5', calls: 1, keys: ['8e03978e-40d5'] },
  { header: ' "a" , "" ,"c"', calls: 3, keys: ['a', undefined, 'c'] },
  { header: `"${'k'.repeat(255)}"`, calls: 1, keys: ['k'.repeat(255)] },
])('reads $header of $calls calls', ({ header, calls, keys }) => {
  const given = idempotencyKeys(header, calls);
  expect(given && [...given].map((key) => key || undefined)).toEqual(keys);
});

it.each([
  { header: '', calls: 1 },
  { header: '"a", "b"', calls: 1 },
  { header: '"a"', calls: 2 },
  { header: '"a b"', calls: 1 },
  { header: '"a;b=1"', calls: 1 },
  { header: '"é"', calls: 1 },
  { header: '"a\\"', calls: 1 },
  { header: '"a', calls: 1 },
  { header: `"${'k'.repeat(256)}"`, calls: 1 },
])('rejects $header of $calls calls, and says what the header takes', ({ header, calls }) => {
  const wanted = calls === 1 ? 'one key' : `${calls} keys, one for each call`;
  expect(() => idempotencyKeys(header, calls)).toThrow(`The header Idempotency-Key takes ${wanted}`);
});

it('tells keys of other callers and procedures apart, whatever characters they have', () => {
  const keys = [
    onceKeyOf('issuer ada', 'users.create', 'k'),
    onceKeyOf('issuer bob', 'users.create', 'k'),
    onceKeyOf('issuer ada', 'users.update', 'k'),
    onceKeyOf('issuer ada","users.create', 'x', 'k'),
  ];
  expect(new Set(keys).size).toBe(keys.length);
});

it('names the calls that were applied before, by position', () => {
  expect(replayedHeader(new Set(), 2)).toEqual({});
  expect(replayedHeader(new Set([0]), 1)).toEqual({ 'idempotency-replayed': 'true' });
  expect(replayedHeader(new Set([1]), 3)).toEqual({ 'idempotency-replayed': 'false, true, false' });
});
