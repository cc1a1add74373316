import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toTimestamp } from '../src/creation-time.js';

describe('toTimestamp', () => {
  it.each([
    ['2024', '2024-01-01T00:00:00.000Z'],
    ['2024-02', '2024-02-01T00:00:00.000Z'],
    ['2024-01-01', '2024-01-01T00:00:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['2024-01-01T00:00:00Z', '2024-01-01T00:00:00.000Z'],
    ['2024-01-01T10:30', '2024-01-01T10:30:00.000Z'],
    ['2024-01-01T10:30:15.5Z', '2024-01-01T10:30:15.500Z'],
    ['2024-01-01T10:30:15,1239Z', '2024-01-01T10:30:15.123Z'],
    ['2024-01-01T00:00:00+02:00', '2023-12-31T22:00:00.000Z'],
    ['2024-01-01T00:00:00-0530', '2024-01-01T05:30:00.000Z'],
    ['2024-01-01T00:00:00+02', '2023-12-31T22:00:00.000Z'],
    ['2024-01-01t00:00:00z', '2024-01-01T00:00:00.000Z'],
  ])('%s is %s', (text, timestamp) => expect(toTimestamp(text)).toBe(timestamp));

  it.each([
    '',
    'yesterday',
    '2024-13-01',
    '2024-02-30',
    '2023-02-29',
    '2024-01-01T24:30',
    '2024-01-01 10:30',
    '01/02/2024',
    '1704067200000',
    '2024-01-01T10:30:15+25:00',
    '0000-01-01T00:00:00+01:00',
    '2024-01-01Z',
  ])('refuses %j', (text) => expect(toTimestamp(text)).toBeUndefined());

  it('leaves every createdAt as it is', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true }), (date) => {
        expect(toTimestamp(date.toISOString())).toBe(date.toISOString());
      }),
    );
  });
});
