import { expect, test } from 'vitest';
import { fingerprintOf } from './fingerprint.js';

const [seven, eight] = ['2026-11-28T07:00:00.000Z', '2026-11-28T08:00:00.000Z'];
const [one, other] = ['0b0e8b1c-3f0d-4b7a-9d1e-2f6a5c4b3a21', 'c56a4180-65aa-42ec-a945-5fd21dec0538'];

test('points are equal whatever the ids of writes are, and whatever the times are', () => {
  const point = (writeId: string, fence: number, at: string) => ({
    items: [{ id: 'a', writeId, fence, at }],
    mine: writeId,
  });
  const first = fingerprintOf(point(one, 1_795_979_823_000, seven));
  expect(fingerprintOf(point(other, 1_795_979_823_999, eight))).toBe(first);
});

test('points differ in the order of times, and in which ids are the same', () => {
  const [early, late] = [1_795_979_823_000, 1_795_979_823_001];
  expect(fingerprintOf([early, late])).not.toBe(fingerprintOf([late, early]));
  expect(fingerprintOf([seven, eight])).not.toBe(fingerprintOf([eight, seven]));
  expect(fingerprintOf([early, early])).not.toBe(fingerprintOf([early, late]));
  expect(fingerprintOf([one, other, one])).not.toBe(fingerprintOf([one, other, other]));
});

test('the order of attributes makes no difference', () => {
  expect(fingerprintOf({ a: 1, b: 2 })).toBe(fingerprintOf({ b: 2, a: 1 }));
  expect(fingerprintOf({ a: 1, b: 2 })).not.toBe(fingerprintOf({ a: 2, b: 1 }));
});

test('the time of the last update makes no difference', () => {
  const item = (updatedAt: unknown) => [{ updatedAt, createdAt: seven }];
  expect(fingerprintOf(item(seven))).toBe(fingerprintOf(item(eight)));
  expect(fingerprintOf(item({ S: seven }))).toBe(fingerprintOf(item({ S: eight })));
});
