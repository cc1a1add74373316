import { expect, it } from 'vitest';
import { idempotencyKeys, onceKeyOf, replayedHeader } from '../../src/trpc/idempotency-keys.js';

it.each([
  { header: undefined, calls: 3, keys: undefined },
  { header: '"8e03978e-40d5"', calls: 1, keys: [{ key: '8e03978e-40d5' }] },
  { header: '8e03978e-40d5', calls: 1, keys: [{ key: '8e03978e-40d5' }] },
  { header: '"8e03978e";at=1764460800000', calls: 1, keys: [{ key: '8e03978e', sentAt: 1764460800000 }] },
  { header: ' "a" , "" ,"c";at=5', calls: 3, keys: [{ key: 'a' }, undefined, { key: 'c', sentAt: 5 }] },
  { header: `"${'k'.repeat(255)}"`, calls: 1, keys: [{ key: 'k'.repeat(255) }] },
])('reads $header of $calls calls', ({ header, calls, keys }) => {
  expect(idempotencyKeys(header, calls)).toEqual(keys);
});

it.each([
  { header: '', calls: 1 },
  { header: '"a", "b"', calls: 1 },
  { header: '"a"', calls: 2 },
  { header: '"a b"', calls: 1 },
  { header: '"a;b=1"', calls: 1 },
  { header: '"a";at=', calls: 1 },
  { header: '"a";at=-1', calls: 1 },
  { header: '"a";at=1;at=2', calls: 1 },
  { header: '"é"', calls: 1 },
  { header: '"a\\"', calls: 1 },
  { header: '"a', calls: 1 },
  { header: `"${'k'.repeat(256)}"`, calls: 1 },
])('rejects $header of $calls calls, and says which form the header has', ({ header, calls }) => {
  const wanted = calls === 1 ? 'one key' : `${calls} keys, one for each call`;
  expect(() => idempotencyKeys(header, calls)).toThrow(`The header Idempotency-Key takes ${wanted}`);
});

it('keeps the keys of callers and procedures apart, whatever characters they have', () => {
  const key = { key: 'k', sentAt: undefined };
  const keys = [
    onceKeyOf('issuer ada', 'users.create', key),
    onceKeyOf('issuer bob', 'users.create', key),
    onceKeyOf('issuer ada', 'users.update', key),
    onceKeyOf('issuer ada","users.create', 'x', key),
  ];
  expect(new Set(keys).size).toBe(keys.length);
});

it('marks the calls that had already been applied, by position', () => {
  expect(replayedHeader([], 2)).toEqual({});
  expect(replayedHeader([0], 1)).toEqual({ 'idempotency-replayed': 'true' });
  expect(replayedHeader([1], 3)).toEqual({ 'idempotency-replayed': 'false, true, false' });
});
