import { describe, expect, it } from 'vitest';
import { bucketUnitOf, timeBuckets } from '../../src/see/time-buckets.js';

const at = (text: string) => new Date(text);
const counts = (options: Parameters<typeof timeBuckets>[1], ...times: string[]) =>
  timeBuckets(times.map(at), options).map(({ key, count }) => `${key} ${count}`);

describe('days', () => {
  const berlin = { unit: 'day', timeZone: 'Europe/Berlin', locale: 'en' } as const;

  it('counts by the day of the zone, and shows days without any', () => {
    const span = { from: at('2026-01-01T22:30:00Z'), to: at('2026-01-04T12:00:00Z') };
    const times = ['2026-01-01T22:30:00Z', '2026-01-01T23:30:00Z', '2026-01-04T11:00:00Z'];
    expect(counts({ ...berlin, ...span }, ...times)).toEqual([
      '2026-01-01 1',
      '2026-01-02 1', // 23:30 in UTC is after midnight in Berlin
      '2026-01-03 0',
      '2026-01-04 1',
    ]);
    expect(counts({ ...berlin, ...span, timeZone: 'UTC' }, ...times)[0]).toBe('2026-01-01 2');
  });

  it.each([
    ['begins', 'Europe/Berlin', '2026-03-28', '2026-03-31', ['2026-03-28', '2026-03-29', '2026-03-30', '2026-03-31']],
    ['ends', 'Europe/Berlin', '2026-10-24', '2026-10-26', ['2026-10-24', '2026-10-25', '2026-10-26']],
    // the clocks of Havana skip midnight itself
    ['skips midnight', 'America/Havana', '2026-03-07', '2026-03-09', ['2026-03-07', '2026-03-08', '2026-03-09']],
  ])('has each day once where summer time %s', (_, timeZone, from, to, days) => {
    const options = { unit: 'day', timeZone, from: at(`${from}T12:00:00Z`), to: at(`${to}T12:00:00Z`) } as const;
    expect(timeBuckets([], options).map(({ key }) => key)).toEqual(days);
  });

  it('names days in the language of the reader', () => {
    const span = { from: at('2026-03-29T00:30:00Z'), to: at('2026-03-29T01:30:00Z') };
    expect(timeBuckets([], { ...berlin, ...span }).map(({ label }) => label)).toEqual(['Mar 29, 2026']);
  });

  it('does not count times outside', () => {
    const span = { from: at('2026-01-02T10:00:00Z'), to: at('2026-01-02T12:00:00Z') };
    expect(counts({ ...berlin, ...span }, '2026-01-02T09:00:00Z', '2026-01-02T13:00:00Z')).toEqual(['2026-01-02 0']);
  });
});

describe('hours', () => {
  const hours = { unit: 'hour', locale: 'en' } as const;

  it('has the hour twice that the end of summer time repeats', () => {
    const span = { from: at('2026-10-25T00:10:00Z'), to: at('2026-10-25T01:50:00Z') };
    expect(
      counts({ ...hours, ...span, timeZone: 'Europe/Berlin' }, '2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z'),
    ).toEqual(['2026-10-25T00:00:00.000Z 1', '2026-10-25T01:00:00.000Z 1']);
  });

  it('begins at the full hour of a zone that is half an hour off', () => {
    const span = { from: at('2026-01-01T00:40:00Z'), to: at('2026-01-01T01:40:00Z') };
    expect(counts({ ...hours, ...span, timeZone: 'Asia/Kolkata' }, '2026-01-01T01:29:59.999Z')).toEqual([
      '2026-01-01T00:30:00.000Z 1',
      '2026-01-01T01:30:00.000Z 0',
    ]);
  });

  it('counts each time once where clocks move by half an hour', () => {
    const from = at('2026-04-04T12:00:00Z');
    const to = at('2026-04-04T18:00:00Z');
    const times = Array.from({ length: 37 }, (_, index) => new Date(from.valueOf() + index * 600_000));
    const buckets = timeBuckets(times, { ...hours, from, to, timeZone: 'Australia/Lord_Howe' });
    expect(buckets.reduce((sum, { count }) => sum + count, 0)).toBe(37);
    expect(buckets.map(({ key }) => key)).toEqual(buckets.map(({ key }) => key).toSorted());
  });
});

describe('months', () => {
  it('passes over the end of a year, and shows months without any', () => {
    const span = { from: at('2025-11-30T23:30:00Z'), to: at('2026-02-01T12:00:00Z') };
    const options = { unit: 'month', timeZone: 'UTC', ...span } as const;
    expect(counts(options, '2025-11-30T23:30:00Z', '2026-02-01T00:00:00Z')).toEqual([
      '2025-11 1',
      '2025-12 0',
      '2026-01 0',
      '2026-02 1',
    ]);
  });
});

it.each([
  ['minute', 2],
  ['hour', 72],
  ['day', 24 * 120],
  ['month', 24 * 400],
] as const)('takes the %s as unit of %i hours', (unit, hours) => {
  const to = at('2026-06-01T00:00:00Z');
  expect(bucketUnitOf(new Date(to.valueOf() - hours * 3_600_000), to)).toBe(unit);
});
