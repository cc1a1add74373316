import { readFileSync } from 'node:fs';
import { type BaseModel, DynamoModel } from '@aws-starter-kit/dynamo';
import { beforeAll, describe, expect, it } from 'vitest';
import { capturedLogger, type LogLine } from './captured-logger.js';
import { faultyTable } from './raw-table.js';

interface Reading extends BaseModel {
  /** The greatest of 2, 10, 50 and 200 that divides its number, counted from 1, else 1. */
  every: number;
  text: string;
  isEarly?: boolean;
}
class ReadingModel extends DynamoModel<Reading> {
  protected getEntityName() {
    return 'Reading';
  }
  protected generateId() {
    return 'x';
  }
  protected setGSIKeys() {}
}

const count = 3000;
let made: Awaited<ReturnType<typeof faultyTable>>;
let readings: ReadingModel;
let lines: LogLine[];
beforeAll(async () => {
  made = await faultyTable();
  const captured = capturedLogger('DEBUG');
  lines = captured.lines;
  readings = new ReadingModel({ ...made.table, logger: captured.logger });
  const items = Array.from({ length: count }, (_, i) => ({
    id: `READING#${String(i).padStart(5, '0')}`,
    pk1: 'R',
    sk1: `N#${String(i).padStart(5, '0')}`,
    every: [200, 50, 10, 2].find((every) => i % every === every - 1) ?? 1,
    text: 'x'.repeat(250),
    ...(i < 20 && { isEarly: true }),
  }));
  await made.raw.putAll(items);
});
const all = { index: 'GSI1', pk: 'R', limit: 20 } as const;

/** Rows of the README's table: share of matches, requests, items read, units. */
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const [, section = ''] = readme.split('### A filtered page');
const rows = (section.split('\n## ')[0] ?? '')
  .split('\n')
  .map((line) => line.split(/\s*\|\s*/))
  .filter((cells) => cells.length === 6 && /^(1 in|none)/.test(cells[1] ?? ''))
  .map(([, share = '', requests = '', scanned = '', units = '']) => [share, requests, scanned, units] as const);

describe('the README’s table of the cost of a filtered page', () => {
  it('has a row for each share', () => {
    expect(rows.map(([share]) => share)).toEqual(['1 in 1', '1 in 2', '1 in 10', '1 in 50', '1 in 200', 'none']);
  });

  it.for(rows)('is right about %s', async ([share, requests, scanned, units]) => {
    const every = share === 'none' ? count : Number(share.slice(5));
    const { items } = await readings.query({ ...all, filter: { every: { gte: every } } });
    expect(items).toHaveLength(share === 'none' ? 0 : Math.min(20, count / every));
    const line = lines.at(-1);
    const told = [line?.requests, Number(line?.scanned).toLocaleString('en-US'), line?.capacityUnits].map(String);
    expect(told).toEqual([requests, scanned, units]);
  });

  it('costs no more than reading the partition once, whatever the filter', async () => {
    await readings.count(all);
    const once = Number(lines.at(-1)?.capacityUnits);
    expect(section).toContain(`which costs ${once} units`);
    for (const filter of [{ every: 200 }, { every: count }, { every: { gte: 50 } }]) {
      await readings.query({ ...all, filter });
      const line = lines.at(-1);
      expect(line?.capacityUnits).toBeLessThanOrEqual(once + 0.5 * Number(line?.requests)); // each request is rounded up
      expect(line?.requests).toBeLessThanOrEqual(5);
    }
  });

  it('needs few requests also where the matches end just before the page is full', async () => {
    const { items, cursor } = await readings.query({ ...all, filter: { isEarly: true } });
    expect(items).toHaveLength(20);
    expect(cursor).toBeUndefined();
    expect(lines.at(-1)?.requests).toBeLessThanOrEqual(8);
  });
});
