import { expect, it } from 'vitest';
import { atMost, counted } from '../../src/trpc/schemas.js';

it('says of a count whether it is exact', () => {
  expect(atMost).toBe(10_001);
  expect(counted(0)).toEqual({ count: 0, isExact: true });
  expect(counted(10_000)).toEqual({ count: 10_000, isExact: true });
  expect(counted(atMost)).toEqual({ count: 10_000, isExact: false });
});
