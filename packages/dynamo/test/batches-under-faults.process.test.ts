import { faultyHandler } from '@aws-starter-kit/dynamo-faults';
import { describe, expect, it } from 'vitest';
import { freshTable } from '../../../test/fresh-table.js';
import { type BaseModel, DynamoModel, generateUUID } from '../src/index.js';

interface Note extends BaseModel {
  title: string;
  text?: string;
}

/** Notes have no claims: their deletes are plain BatchExecuteStatements. */
class NoteModel extends DynamoModel<Note> {
  protected getEntityName() {
    return 'Note';
  }
  protected generateId() {
    return generateUUID();
  }
  protected setGSIKeys(note: Note) {
    note.pk1 = 'NOTE';
    note.sk1 = `TITLE#${note.title}`;
  }
}

/** Pages have a claim on their title: their deletes are transactions. */
class PageModel extends NoteModel {
  protected override getEntityName() {
    return 'Page';
  }
  protected override uniqueAttributes() {
    return ['title'] as const;
  }
}

const titles = (count: number) => Array.from({ length: count }, (_, i) => ({ title: `Title ${i}` }));

async function faulty(rules: Parameters<typeof faultyHandler>[0]['rules'], record = false) {
  const faults = faultyHandler({ rules, seed: 11, record });
  return { faults, options: await freshTable({ requestHandler: faults }) };
}

describe('with 30 % of each batch unprocessed', () => {
  it.each([
    ['without claims', NoteModel],
    ['with claims', PageModel],
  ])('gives every id its own outcome, %s', async (_, Model) => {
    const { faults, options } = await faulty([{ fault: 'unprocessed', rate: 0.3 }]);
    const model = new Model(options);
    const { success, failed } = await model.batchCreate(titles(120));
    expect([success.length, failed]).toEqual([120, []]);
    const ids = success.map(({ id }) => id);
    expect((await model.getByIds(ids)).map((one) => one?.id)).toEqual(ids);
    const deleted = await model.batchDelete([...ids, ...ids, 'nobody']);
    expect(deleted.failed).toEqual([]);
    expect(deleted.success.toSorted()).toEqual([...ids, 'nobody'].sort());
    expect(await model.getByIds(ids)).toEqual(ids.map(() => null));
    expect(faults.injected.unprocessed).toBeGreaterThan(0);
  });

  it('says of what stays unprocessed that it failed, never that it is done or missing', async () => {
    const { options, faults } = await faulty([]);
    const model = new NoteModel(options);
    const { success } = await model.batchCreate(titles(30));
    const ids = success.map(({ id }) => id);
    faults.setRules([{ fault: 'throttle', operation: ['BatchExecuteStatement', 'BatchGetItem'] }]);
    const result = await model.batchDelete(ids, { deadlineMs: 300 });
    expect(result.success).toEqual([]);
    expect(result.failed.map(({ id }) => id).sort()).toEqual(ids.toSorted());
    for (const { error } of result.failed)
      expect(error).toMatchObject({ name: 'ThrottledError', reason: 'throughput' });
    await expect(model.getByIds(ids, { deadlineMs: 300 })).rejects.toMatchObject({ name: 'ThrottledError' });
    faults.setRules([]);
    expect((await model.getByIds(ids)).map((one) => one?.id)).toEqual(ids);
  });
});

describe('a batch', () => {
  it('lets an oversized and a malformed item fail alone', async () => {
    const model = new PageModel(await freshTable());
    const list = [
      { title: 'a' },
      { title: 'b', text: 'x'.repeat(420_000) },
      { title: '' },
      { title: 'c' },
      { title: 'a' },
    ];
    const { success, failed } = await model.batchCreate(list);
    expect(success.map(({ title }) => title)).toEqual(['a', 'c']);
    expect(failed.map(({ index, error }) => [index, error.name])).toEqual([
      [1, 'ItemTooLargeError'],
      [2, 'InvalidItemError'],
      [4, 'UniqueConstraintError'],
    ]);
  });

  it('writes and reads 50 items of 100 KB', async () => {
    const model = new PageModel(await freshTable());
    const { success, failed } = await model.batchCreate(
      titles(50).map((one) => ({ ...one, text: 'x'.repeat(100_000) })),
    );
    expect([success.length, failed]).toEqual([50, []]);
    const read = await model.getByIds(
      success.map(({ id }) => id),
      { consistent: true },
    );
    expect(read.every((one) => one?.text?.length === 100_000)).toBe(true);
    expect((await model.batchDelete(success.map(({ id }) => id))).success).toHaveLength(50);
  });

  it('reads and deletes 10,000 ids with a bounded number of requests at once', async () => {
    const { faults, options } = await faulty([], true);
    const model = new NoteModel(options);
    const ids = Array.from({ length: 10_000 }, (_, i) => `none-${i}`);
    const patient = { deadlineMs: 60_000 }; // on a busy machine, an attempt may take long, and a second one would be counted
    expect((await model.getByIds(ids, patient)).every((one) => one === null)).toBe(true);
    expect((await model.batchDelete(ids, patient)).success).toHaveLength(10_000);
    expect(faults.counts).toMatchObject({ BatchGetItem: 100, BatchExecuteStatement: 400 });
    expect(mostAtOnce(faults.requests)).toBeLessThanOrEqual(4);
  });

  it('stops soon after an abort and says what was done', async () => {
    const { faults, options } = await faulty([], true);
    const model = new NoteModel(options);
    const { success } = await model.batchCreate(titles(200));
    const ids = success.map(({ id }) => id);
    faults.setRules([{ fault: 'latency', operation: 'BatchExecuteStatement', ms: [20, 40] }]);
    const controller = new AbortController();
    const reason = new Error('enough');
    const batch = model.batchDelete(ids, { signal: controller.signal });
    let abortedAt = 0;
    setTimeout(() => {
      abortedAt = performance.now();
      controller.abort(reason);
    }, 50);
    const { success: done, failed } = await batch;
    faults.setRules([]);
    expect(faults.requests.filter(({ startedAt }) => startedAt > abortedAt)).toEqual([]);
    expect([...done, ...failed.map(({ id }) => id)].sort()).toEqual(ids.toSorted());
    expect(failed.length).toBeGreaterThan(0);
    for (const { error } of failed) {
      expect(error === reason || error.name === 'WriteOutcomeUnknownError').toBe(true);
    }
    const left = await model.getByIds(ids, { consistent: true });
    const isLeft = new Set(left.flatMap((one) => one?.id ?? []));
    expect(done.filter((id) => isLeft.has(id))).toEqual([]); // what is said to be done is done
    const untouched = failed.filter(({ error }) => error === reason).map(({ id }) => id);
    expect(untouched.filter((id) => !isLeft.has(id))).toEqual([]); // and what is said to be left is left
  });
});

/** The largest number of requests that were under way at one time. */
function mostAtOnce(requests: readonly { startedAt: number; endedAt?: number }[]): number {
  const changes = requests.flatMap(({ startedAt, endedAt = startedAt }) => [
    { at: startedAt, by: 1 },
    { at: endedAt, by: -1 },
  ]);
  changes.sort((a, b) => a.at - b.at || a.by - b.by);
  let now = 0;
  return Math.max(...changes.map(({ by }) => (now += by)));
}
