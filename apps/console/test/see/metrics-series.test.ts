import { expect, it } from 'vitest';
import { meanMs, minuteSeries, procedureTotals, totalOf } from '../../src/see/metrics-series.js';

const call = { calls: 2, errors: 1, throttled: 1, units: 1.5, durationMs: 30 };
const minute = (at: string, procedures = {}, shed = 0) => ({ at, shed, procedures });

it('has a slot for each minute: zero without calls, undefined before the start', () => {
  const metrics = {
    startedAt: '2026-01-01T10:01:30.000Z',
    minutes: [
      minute('2026-01-01T10:02:00.000Z', { 'users.list': call, 'users.create': call }, 3),
      minute('2026-01-01T10:04:00.000Z', { 'users.list': call }),
    ],
  };
  const series = minuteSeries(metrics, new Date('2026-01-01T10:05:20.000Z'), 6);
  expect(series.map((slot) => slot?.calls)).toEqual([undefined, 0, 4, 0, 2, 0]);
  expect(series[2]).toEqual({
    ...{ at: new Date('2026-01-01T10:02:00.000Z'), shed: 3 },
    ...{ calls: 4, errors: 2, throttled: 2, units: 3, durationMs: 60 },
  });
});

it('ends with the last minute of the API if its clock is ahead', () => {
  const minutes = [minute('2026-01-01T10:03:00.000Z', { 'users.list': call })];
  const series = minuteSeries({ startedAt: '2026-01-01T09:00:00.000Z', minutes }, new Date('2026-01-01T10:01:00Z'), 2);
  expect(series.map((slot) => slot?.calls)).toEqual([0, 2]);
});

it('sums by procedure, the most units first', () => {
  const many = { ...call, units: 40 };
  const minutes = [
    minute('2026-01-01T10:02:00.000Z', { 'users.list': call, 'users.count': many }),
    minute('2026-01-01T10:03:00.000Z', { 'users.list': call }),
  ];
  const totals = procedureTotals(minutes);
  expect(totals.map(({ procedure, calls, units }) => [procedure, calls, units])).toEqual([
    ['users.count', 2, 40],
    ['users.list', 4, 3],
  ]);
  expect(totalOf(totals).durationMs).toBe(90);
});

it('knows no mean duration without calls', () => {
  expect(meanMs(call)).toBe(15);
  expect(meanMs(totalOf([]))).toBeUndefined();
});
