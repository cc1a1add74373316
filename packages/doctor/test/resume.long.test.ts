import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from '@aws-starter-kit/dynamo';
import { faultyHandler } from '@aws-starter-kit/dynamo-faults';
import { addIndexes } from '@aws-starter-kit/table';
import { afterAll, describe, expect, it } from 'vitest';
import { type OlderTable, olderTable, olderUser, type RawItem } from '../../../test/older-table.js';
import { type ExamineOptions, examineTable, type Progress, type RunStart } from '../src/index.js';
import { VoucherModel, vouchers } from './voucher-model.js';

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
  counts: { items: 72, entities: 62, claims: 10, tombstones: 0, removedTombstones: 0, unknown: {} },
  findings: {
    'missing claim': { repaired: 60, left: 0 },
    'orphan claim': { repaired: 10, left: 0 },
    'wrong expiry': { repaired: 0, left: 0 },
    'wrong keys': { repaired: 12, left: 0 },
    'doubled value': { repaired: 0, left: 1 },
    'unreadable item': { repaired: 0, left: 0 },
  },
};

/** Starts a run and interrupts it, as Ctrl-C does, when `isTime`. */
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

/** Runs the doctor again with the state file of an interrupted run. */
async function runAgain({ client, tableName }: OlderTable, options: Partial<ExamineOptions>) {
  const starts: RunStart[] = [];
  const onStart = (start: RunStart) => starts.push(start);
  const report = await examineTable({ client, tableName, rate, segments: 5, onStart, ...options });
  return { report, start: starts[0] };
}

describe('an interrupted run', () => {
  it.each<[string, (progress: Progress) => boolean]>([
    ['after its first page', () => true],
    ['in the middle of the scan', ({ done }) => done > 30],
    ['while it resolves claims', ({ phase, done }) => phase === 'resolving claims' && done > 20],
  ])('%s is resumed, and the report covers all of it', async (_, isTime) => {
    const requests = faultyHandler({ rules: [], record: true });
    const table = await olderTable(many(), { requestHandler: requests });
    const options = { stateFile: newFile(), fix: true, mark: false };
    await interrupt(table, options, isTime);
    expect(statSync(options.stateFile).mode & 0o077).toBe(0);
    appendFileSync(options.stateFile, '{"page":{"segment":0,"ne'); // as a process leaves it that dies while it writes

    const before = requests.requests.length;
    const { report, start } = await runAgain(table, options);
    expect(start).toMatchObject({ origin: 'resumed', isResumable: true });
    expect(report).toMatchObject(whole);
    const scans = requests.requests.slice(before).filter(({ operation }) => operation === 'Scan');
    const fromTheStart = scans.filter(({ body }) => body.ExclusiveStartKey === undefined);
    expect(fromTheStart.length).toBeLessThan(2); // of two segments, at least one of which had got further
    expect(existsSync(options.stateFile)).toBe(false);
    expect((await runAgain(table, {})).report).toMatchObject({ left: 1, repaired: 0 });
  });

  it.each([{ fix: true }, { fix: true, mark: false }])(
    'starts over with other options, since findings of the first were not repaired: %j',
    async (options) => {
      const table = await olderTable(many());
      const stateFile = newFile();
      await interrupt(table, { stateFile }, () => true);
      const { report, start } = await runAgain(table, { stateFile, ...options });
      expect(start?.origin).toBe('replaced');
      expect(report).toMatchObject(whole);
    },
  );

  it('starts over after an index was added, since items that it checked may lack its keys', async () => {
    const table = await olderTable(many());
    const options = { stateFile: newFile() };
    await interrupt(table, options, () => true);
    await addIndexes({ client: table.patient, tableName: table.tableName, indexes: 3 });
    expect((await runAgain(table, options)).start?.origin).toBe('replaced');
  });

  it('starts over after shards or a vector index were declared, for the same reason', async () => {
    class ShardedModel extends VoucherModel {
      protected override indexShards() {
        return { GSI1: { shards: 4, by: 'id' } } as const;
      }
    }
    class VectorModel extends VoucherModel {
      protected override vectorIndex() {
        return { attribute: 'vector', dimensions: 3 } as never;
      }
    }
    for (const model of [new ShardedModel(), new VectorModel()]) {
      const table = await olderTable(many());
      const options = { stateFile: newFile() };
      await interrupt(table, { ...options, models: vouchers }, () => true);
      const { start } = await runAgain(table, { ...options, models: [{ stores: inspect(model) }] });
      expect(start?.origin).toBe('replaced');
    }
  });

  it('of an older version of the doctor is not resumed', async () => {
    const table = await olderTable(many());
    const options = { stateFile: newFile() };
    await interrupt(table, options, () => true);
    const [header = '', ...steps] = readFileSync(options.stateFile, 'utf8').split('\n');
    const { format, ...older } = JSON.parse(header);
    expect(format).toBeGreaterThan(1);
    writeFileSync(options.stateFile, [JSON.stringify(older), ...steps].join('\n'));
    const { report, start } = await runAgain(table, options);
    expect(start?.origin).toBe('replaced');
    expect(report).toMatchObject({ counts: whole.counts });
  });

  it('keeps a file that is not its own', async () => {
    const { client, tableName } = await olderTable();
    const stateFile = join(folder, 'package.json');
    writeFileSync(stateFile, '{ "name": "mine" }\n');
    await expect(examineTable({ client, tableName, stateFile })).rejects.toThrow(
      /package.json is not a state file of the doctor/,
    );
    expect(readFileSync(stateFile, 'utf8')).toBe('{ "name": "mine" }\n');
  });
});

describe('an interrupted run that is to mark the table', () => {
  const users = () => Array.from({ length: 60 }, (_, i) => olderUser(`user-${i}@example.com`));

  it('starts over, so that the mark covers everything written in the meantime', async () => {
    const table = await olderTable(users());
    const options = { stateFile: newFile(), fix: true };
    await interrupt(table, options, ({ phase }) => phase === 'resolving claims'); // the scan is complete
    const late = olderUser('late@example.com');
    await table.write(late); // another system goes on, and is stopped before the run starts over

    const { report, start } = await runAgain(table, options);
    expect(start).toMatchObject({ origin: 'restarted', isResumable: false });
    expect(report).toMatchObject({ mark: 'was set now', left: 0 });
    expect(await table.read('UNIQUE#USER#email#late@example.com')).toMatchObject({ ownerId: late.id });
    expect(existsSync(options.stateFile)).toBe(false);
  });

  it('does not mark it on the steps of a run that was not to', async () => {
    const table = await olderTable(users());
    const stateFile = newFile();
    await interrupt(table, { stateFile, fix: true, mark: false }, ({ phase }) => phase === 'resolving claims');
    const late = olderUser('late@example.com');
    await table.write(late);
    const { report, start } = await runAgain(table, { stateFile, fix: true });
    expect(start?.origin).toBe('restarted');
    expect(report.mark).toBe('was set now');
    expect(await table.read('UNIQUE#USER#email#late@example.com')).toMatchObject({ ownerId: late.id });
  });

  it('is resumed by one that is not to mark it', async () => {
    const table = await olderTable(users());
    const options = { stateFile: newFile(), fix: true };
    await interrupt(table, options, ({ done }) => done > 30);
    const { report, start } = await runAgain(table, { ...options, mark: false });
    expect(start?.origin).toBe('resumed');
    expect(report).toMatchObject({ mark: 'is not set', left: 0, repaired: 60 });
  });

  it('is resumed if the table is marked already', async () => {
    const table = await olderTable(users());
    await table.mark();
    const options = { stateFile: newFile(), fix: true };
    await interrupt(table, options, ({ done }) => done > 30);
    const { report, start } = await runAgain(table, options);
    expect(start).toMatchObject({ origin: 'resumed', isResumable: true });
    expect(report).toMatchObject({ mark: 'is set', left: 0, repaired: 60 });
  });
});
