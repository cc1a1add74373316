import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faultyHandler } from '@aws-starter-kit/dynamo-faults';
import { afterAll, describe, expect, it } from 'vitest';
import { type OlderTable, olderTable, olderUser, type RawItem } from '../../../test/older-table.js';
import { type ExamineOptions, examineTable, type Progress } from '../src/index.js';

const folder = mkdtempSync(join(tmpdir(), 'doctor-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const newFile = () => join(folder, `${++files}`, 'run.jsonl');

const rate = 100_000;
const many = (): RawItem[] => [
  ...Array.from({ length: 60 }, (_, i) => olderUser(`user-${i}@example.com`, i % 5 ? {} : { sk1: 'EMAIL#stale' })),
  ...Array.from({ length: 10 }, (_, i) => ({ id: `UNIQUE#USER#email#gone-${i}@example.com`, ownerId: 'USER#gone' })),
  olderUser('twin@example.com'),
  olderUser('Twin@example.com'),
];
const whole = {
  counts: { items: 72, entities: 62, claims: 10 },
  findings: {
    'missing claim': { repaired: 60, left: 0 },
    'orphan claim': { repaired: 10, left: 0 },
    'wrong keys': { repaired: 12, left: 0 },
    'doubled value': { repaired: 0, left: 1 },
    'unreadable item': { repaired: 0, left: 0 },
  },
};

/** A run that stops as by Ctrl-C when `isTime`. */
async function interrupt(
  { client, tableName }: OlderTable,
  options: Partial<ExamineOptions>,
  isTime: (progress: Progress) => boolean,
): Promise<void> {
  const stop = new AbortController();
  const onProgress = (progress: Progress) => {
    if (isTime(progress)) stop.abort(new Error('Ctrl-C'));
  };
  const run = examineTable({ client, tableName, rate, segments: 2, signal: stop.signal, onProgress, ...options });
  await expect(run).rejects.toThrow('Ctrl-C');
}

describe('an interrupted run', () => {
  it.each<[string, (progress: Progress) => boolean]>([
    ['after its first page', () => true],
    ['in the middle of reading', ({ done }) => done > 30],
    ['while it settles claims', ({ phase, done }) => phase === 'settling claims' && done > 20],
  ])('%s goes on where it stopped, and reports the whole', async (_, isTime) => {
    const requests = faultyHandler({ rules: [], record: true });
    const table = await olderTable(many(), { requestHandler: requests });
    const stateFile = newFile();
    await interrupt(table, { stateFile, fix: true }, isTime);
    expect(statSync(stateFile).mode & 0o077).toBe(0);
    appendFileSync(stateFile, '{"page":{"segment":0,"ne'); // as a process leaves it that dies while it writes

    const before = requests.requests.length;
    const origins: string[] = [];
    const { client, tableName } = table;
    const onStart = ({ origin }: { origin: string }) => origins.push(origin);
    const report = await examineTable({ client, tableName, rate, segments: 5, stateFile, fix: true, onStart });
    expect(origins).toEqual(['resumed']);
    expect(report).toMatchObject(whole);
    const scans = requests.requests.slice(before).filter(({ operation }) => operation === 'Scan');
    const fromTheStart = scans.filter(({ body }) => body.ExclusiveStartKey === undefined);
    expect(fromTheStart.length).toBeLessThan(2); // of two segments, of which one at least had got on
    expect(existsSync(stateFile)).toBe(false);
    expect(await examineTable({ client, tableName, rate })).toMatchObject({ left: 1, repaired: 0 });
  });

  it.each([{ fix: true }, { fix: true, mark: false }])(
    'starts over with other options, since what it read was not repaired then: %j',
    async (options) => {
      const table = await olderTable(many());
      const stateFile = newFile();
      await interrupt(table, { stateFile }, () => true);
      const origins: string[] = [];
      const { client, tableName } = table;
      const onStart = ({ origin }: { origin: string }) => origins.push(origin);
      expect(await examineTable({ client, tableName, rate, stateFile, ...options, onStart })).toMatchObject(whole);
      expect(origins).toEqual(['replaced']);
    },
  );

  it('leaves a file alone that is not its own', async () => {
    const { client, tableName } = await olderTable();
    const stateFile = join(folder, 'package.json');
    writeFileSync(stateFile, '{ "name": "mine" }\n');
    await expect(examineTable({ client, tableName, stateFile })).rejects.toThrow(
      /package.json is no file of the doctor/,
    );
    expect(readFileSync(stateFile, 'utf8')).toBe('{ "name": "mine" }\n');
  });
});
