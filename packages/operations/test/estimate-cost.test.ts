import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { estimateCost } from '../src/estimate-cost.js';
import { measuredUnits, readPrices } from '../src/units.js';

const prices = {
  ...{ region: 'nowhere', date: '2026-01', currency: 'USD', perMillionReadUnits: 1, perMillionWriteUnits: 5 },
  ...{ perGBMonth: 2, perGBMonthOfRecovery: 1, perMillionFunctionRequests: 3, perMillionFunctionGBSeconds: 10 },
  ...{ perMillionGatewayRequests: 4, perGBOfLog: 0.5 },
};
const input = {
  calls: { read: 2_000_000, both: 1_000_000 },
  units: { read: { read: 0.5, write: 0 }, both: { read: 1, write: 6 } },
  prices,
  ...{ storedGB: 10, isLambda: true, memoryMB: 1024, durationMs: 100, logBytes: 1024 },
};

describe('the cost of a month', () => {
  it('is units times calls times prices, plus Lambda, HTTP API and log', () => {
    const { procedures, others, total } = estimateCost(input);
    expect(procedures).toEqual([
      { name: 'read', calls: 2_000_000, readUnits: 1_000_000, writeUnits: 0, cost: 1 },
      { name: 'both', calls: 1_000_000, readUnits: 1_000_000, writeUnits: 6_000_000, cost: 31 },
    ]);
    expect(Object.fromEntries(others.map(({ name, cost }) => [name, Math.round(cost * 100) / 100]))).toEqual({
      storage: 20,
      'point-in-time recovery': 10,
      'Lambda: requests': 9,
      'Lambda: time': 3,
      'HTTP API': 12,
      log: 1.43,
    });
    expect(total).toBeCloseTo(32 + 30 + 24 + 1.43, 2);
  });

  it('leaves out Lambda on request', () => {
    expect(estimateCost({ ...input, isLambda: false }).others.map(({ name }) => name)).toEqual([
      ...['storage', 'point-in-time recovery', 'log'],
    ]);
  });

  it('names the known procedures if one is unknown', () => {
    expect(() => estimateCost({ ...input, calls: { 'users.find': 1 } })).toThrow(
      'users.find has no measured units; known are read, both',
    );
  });
});

describe('prices', () => {
  it('come from a file, with a region and a date', () => {
    expect(readPrices()).toMatchObject({ region: 'us-east-1', date: expect.stringMatching(/^\d{4}-\d\d$/) });
    expect(Object.keys(measuredUnits())).toContain('users.create');
  });

  it.each([
    ['{', / is not JSON: copy packages\/operations\/prices.json, and change it$/],
    [JSON.stringify({ ...prices, perGBMonth: -1 }), / has no valid prices: perGBMonth: /],
  ])('that are not valid are explained: %s', (text, message) => {
    const folder = mkdtempSync(join(tmpdir(), 'prices-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'prices.json');
    writeFileSync(file, text);
    expect(() => readPrices(file)).toThrow(message);
  });
});
