import { Readable } from 'node:stream';
import type { Fault } from '@aws-starter-kit/dynamo-faults';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { capturedLogger, type LogLine } from './captured-logger.js';
import { AccountModel, PlainModel, VoucherModel } from './models.js';
import { faultyTable } from './raw-table.js';

const operation = 'BatchExecuteStatement';
type Table = Awaited<ReturnType<typeof faultyTable>>;
let made: Table;
let lines: LogLine[];
let plain: PlainModel;
/** Models of another process: none of their requests meets a fault. */
let others: { plain: PlainModel; vouchers: VoucherModel };
beforeAll(async () => {
  made = await faultyTable();
  const captured = capturedLogger('INFO');
  lines = captured.lines;
  plain = new PlainModel({ ...made.table, logger: captured.logger });
  others = { plain: new PlainModel(made.honest), vouchers: new VoucherModel(made.honest) };
});
afterEach(() => made.faults.setRules([]));

let count = 0;
const newRefs = (n: number) => Array.from({ length: n }, () => `insert${++count}`);
const listOf = (refs: readonly string[], title = 'mine') => refs.map((ref) => ({ ref, title }));
const stored = (refs: readonly string[]) => others.plain.getByIds(refs, { consistent: true });
const titles = async (refs: readonly string[]) => (await stored(refs)).map((one) => one?.title);
async function requestsOf(work: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = { ...made.faults.counts };
  await work();
  const during = Object.entries(made.faults.counts).map(([name, n]) => [name, n - (before[name] ?? 0)] as const);
  return Object.fromEntries(during.filter(([, n]) => n > 0));
}
/** Leaves a tombstone under an id. */
async function bury(ref: string) {
  made.gate.hold('PutItem', { isApplied: true });
  await plain.create({ ref });
  await others.plain.delete(ref);
  expect(await made.raw.get(`PLAIN#${ref}`)).toMatchObject({ _tombstone: true });
}
const taken = (index: number) => ({ index, error: { name: 'UniqueConstraintError', attribute: 'id' } });

const faults: (Fault | 'no fault')[] = ['no fault', 'lost-reply', 'server-error-after-commit', 'server-error', 'reset'];
describe.each(faults)('a batch of creates with %s', (fault) => {
  it('creates each entity once, replaces a tombstone, and rejects a taken id', async () => {
    const refs = newRefs(30);
    const [buried = '', held = ''] = refs;
    await bury(buried);
    await others.plain.create({ ref: held, title: 'theirs' });
    if (fault !== 'no fault') made.faults.setRules([{ fault, operation, times: 1 } as never]);
    const { success, failed } = await plain.batchCreate(listOf(refs));
    expect(failed).toMatchObject([taken(1)]);
    expect(success.map(({ id, version }) => [id, version])).toEqual(
      refs.filter((ref) => ref !== held).map((ref) => [ref, 1]),
    );
    expect(await titles(refs)).toEqual(refs.map((ref) => (ref === held ? 'theirs' : 'mine')));
    const written = lines.at(-1)?.written as { id: string; versionAfter: number }[];
    expect(written.map(({ id, versionAfter }) => `${id} ${versionAfter}`).sort()).toEqual(
      success.map(({ id }) => `${id} 1`).sort(),
    );
  });

  it('replaces an expired entity, and sends those with claims in a transaction', async () => {
    const past = Math.floor(Date.now() / 1000) - 10;
    const code = `code${++count}`;
    const gone = `gone${count}`;
    await others.vouchers.create({ status: 'used', uses: 9, code: `${code}-old`, expiresAt: past }, { id: gone });
    class NamedModel extends VoucherModel {
      protected override generateId() {
        return this.ids.shift() ?? '';
      }
      readonly ids = [gone, `${gone}-a`, `${gone}-b`, `${gone}-c`];
    }
    const model = new NamedModel(made.table);
    if (fault !== 'no fault') made.faults.setRules([{ fault, operation, times: 1 } as never]);
    const open = { status: 'open' as const, uses: 1 };
    const requests = await requestsOf(async () => {
      const { success, failed } = await model.batchCreate([open, { ...open, code }, { ...open, code }, open]);
      expect(success.map(({ id, uses }) => [id, uses])).toEqual([gone, `${gone}-a`, `${gone}-c`].map((id) => [id, 1]));
      expect(failed).toMatchObject([{ index: 2, error: { name: 'UniqueConstraintError', attribute: 'code' } }]);
    });
    expect(requests).toMatchObject({ [operation]: fault === 'no fault' ? 1 : 2, TransactWriteItems: 2 });
    expect(await others.vouchers.getById(gone, { consistent: true })).toMatchObject({ status: 'open', version: 1 });
  });
});

describe.each([
  ['late', { isApplied: false }],
  ['twice', { isApplied: true }],
])('an attempt of a batch of creates without an answer that arrives %s', (_, how) => {
  it('does not bring back what was deleted since, nor overwrite what was created since', async () => {
    const refs = newRefs(3);
    const deliver = made.gate.hold(operation, how);
    expect(await plain.batchCreate(listOf(refs))).toMatchObject({ success: refs.map((id) => ({ id })), failed: [] });
    const [first = '', ...rest] = refs;
    expect(await others.plain.delete(first)).toBe(true);
    expect(await others.plain.batchDelete(rest)).toEqual({ success: rest, failed: [] });
    await deliver();
    expect(await stored(refs)).toEqual([null, null, null]);
    await others.plain.batchCreate(listOf(refs, 'anew'));
    await deliver();
    expect(await titles(refs)).toEqual(['anew', 'anew', 'anew']);
  });

  it('changes nothing of an entity that others updated since', async () => {
    const refs = newRefs(2);
    const deliver = made.gate.hold(operation, how);
    await plain.batchCreate(listOf(refs));
    for (const ref of refs) await others.plain.update(ref, { title: 'theirs' });
    await deliver();
    expect(await titles(refs)).toEqual(['theirs', 'theirs']);
  });
});

describe('a batch of creates', () => {
  it('keeps to what it rejected, though the first attempt arrives when the id is free again', async () => {
    const refs = newRefs(2);
    const [held = '', free = ''] = refs;
    await others.plain.create({ ref: held, title: 'theirs' });
    const deliver = made.gate.hold(operation);
    const { success, failed } = await plain.batchCreate(listOf(refs));
    expect(success).toMatchObject([{ id: free }]);
    expect(failed).toMatchObject([taken(0)]);
    await others.plain.delete(held);
    await deliver();
    expect(await titles(refs)).toEqual([undefined, 'mine']);
  });

  it('does not know the outcome where others wrote over its lost attempt', async () => {
    const refs = newRefs(2);
    const [changed = '', gone = ''] = refs;
    made.gate.hold(operation, { isApplied: true });
    made.gate.before(operation, 1, async () => {
      await others.plain.update(changed, { title: 'theirs' });
      await others.plain.delete(gone);
    });
    const { success, failed } = await plain.batchCreate(listOf(refs));
    expect(success).toMatchObject([{ id: gone }]);
    expect(failed).toMatchObject([{ index: 0, error: { name: 'WriteOutcomeUnknownError' } }]);
    expect(lines.at(-1)?.written).toContainEqual({ entity: 'Plain', id: changed, isUncertain: true });
    expect(await titles(refs)).toEqual(['theirs', 'mine']);
  });

  it('reports as failed only what is not there where a part is throttled until the deadline', async () => {
    const refs = newRefs(60);
    made.faults.setRules([
      { fault: 'unprocessed', operation, times: 2 },
      { fault: 'throttle', operation: 'PutItem' },
    ]);
    const { success, failed } = await plain.batchCreate(listOf(refs), { deadlineMs: 1000 });
    expect(failed.length).toBeGreaterThan(0);
    for (const { error } of failed) expect(error).toMatchObject({ name: 'ThrottledError', reason: 'throughput' });
    const there = (await stored(refs)).flatMap((one) => one?.id ?? []);
    expect(success.map(({ id }) => id)).toEqual(there);
    expect(failed.map(({ index }) => refs[index])).toEqual(refs.filter((ref) => !there.includes(ref)));
  });

  it('does not know the outcome of what was fenced, and is throttled then', async () => {
    // a table of its own, since it spends the retry budget
    const { table, faults } = await faultyTable();
    const isEntity = ({ Item }: Record<string, unknown>) =>
      Item !== undefined && !Object.hasOwn(Object(Item), '_tombstone');
    faults.setRules([
      { fault: 'reset', operation, times: 1 },
      { fault: 'unprocessed', operation, times: 1 },
      { fault: 'throttle', operation: 'PutItem', when: isEntity },
    ]);
    const { success, failed } = await new PlainModel(table).batchCreate(listOf(newRefs(20)), { deadlineMs: 1000 });
    expect(success.length + failed.length).toBe(20);
    expect(failed.length).toBeGreaterThan(0);
    for (const { error } of failed) expect(error).toMatchObject({ name: 'WriteOutcomeUnknownError' });
  });

  it('creates by itself what is throttled once', async () => {
    const refs = newRefs(50);
    made.faults.setRules([{ fault: 'unprocessed', operation, times: 2 }]);
    expect((await plain.batchCreate(listOf(refs))).failed).toEqual([]);
    expect(await titles(refs)).toEqual(refs.map(() => 'mine'));
  });

  it('sends nothing more after an abort, and says what was done', async () => {
    const refs = newRefs(300);
    const controller = new AbortController();
    const reason = new Error('enough');
    made.gate.before(operation, 5, async () => controller.abort(reason));
    const { success, failed } = await plain.batchCreate(listOf(refs), { signal: controller.signal });
    expect(failed.length).toBeGreaterThan(0);
    for (const { error } of failed) {
      expect(error === reason || error.name === 'WriteOutcomeUnknownError').toBe(true);
    }
    const there = new Set((await stored(refs)).flatMap((one) => one?.id ?? []));
    expect(success.filter(({ id }) => !there.has(id))).toEqual([]);
    const untouched = failed.filter(({ error }) => error === reason).map(({ index }) => refs[index] ?? '');
    expect(untouched.filter((ref) => there.has(ref))).toEqual([]);
  });

  it('needs no more than the permission to put an item', async () => {
    const denied = await faultyTable();
    denied.gate.deny(operation);
    const model = new PlainModel(denied.table);
    const refs = newRefs(60);
    expect(await model.batchCreate(listOf(refs))).toMatchObject({ success: refs.map((id) => ({ id })), failed: [] });
    await model.batchCreate(listOf(newRefs(30)));
    expect(denied.faults.counts).toEqual({ [operation]: 3, PutItem: 90 }); // of its three chunks, none later
  });

  it('fences a statement that failed within the database, since it may have been applied', async () => {
    const inner = new NodeHttpHandler();
    const failing = {
      async handle(...[request, options]: Parameters<typeof inner.handle>) {
        const answer = await inner.handle(request, options);
        if (!request.headers['x-amz-target']?.endsWith(operation)) return answer;
        const chunks: Buffer[] = [];
        for await (const chunk of answer.response.body) chunks.push(chunk);
        const content = JSON.parse(Buffer.concat(chunks).toString());
        content.Responses[0] = { Error: { Code: 'InternalServerError', Message: 'Internal server error' } };
        answer.response.body = Readable.from([JSON.stringify(content)]);
        for (const name of Object.keys(answer.response.headers)) {
          if (/length|crc32/.test(name)) delete answer.response.headers[name];
        }
        return answer;
      },
    };
    const broken = await faultyTable({ handler: failing as never });
    const model = new PlainModel(broken.table);
    const refs = newRefs(2);
    expect(await model.batchCreate(listOf(refs))).toMatchObject({ success: refs.map((id) => ({ id })), failed: [] });
    expect(broken.faults.counts).toEqual({ [operation]: 1, UpdateItem: 1 });
    expect(await broken.raw.get(`PLAIN#${refs[0]}`)).toHaveProperty('_fence');
    expect(await broken.raw.get(`PLAIN#${refs[1]}`)).not.toHaveProperty('_fence');
  });

  it('of two processes that create the same ids gives each id to one of them', async () => {
    const refs = newRefs(40);
    const accounts = new AccountModel(made.table); // its claims share nothing with them
    const [a, b] = await Promise.all([
      plain.batchCreate(listOf(refs, 'a')),
      others.plain.batchCreate(listOf(refs, 'b')),
      accounts.batchCreate(refs.map((email) => ({ email, name: email }))),
    ]);
    expect([...a.success, ...b.success].map(({ id }) => id).sort()).toEqual(refs.toSorted());
    const winners = new Map([...a.success, ...b.success].map(({ id, title }) => [id, title]));
    expect(await titles(refs)).toEqual(refs.map((ref) => winners.get(ref)));
  });
});

describe('an item of a batch', () => {
  it.each<[string, Record<string, unknown>, isByItself?: true]>([
    ['texts and nested values', { title: "it's", text: '“ü”', map: { a: [1, null, { b: true, c: undefined }] } }],
    ['sets and binaries', { set: new Set(['a', 'b']), numbers: new Set([1, 2.5]), bytes: new Uint8Array([0, 255]) }],
    ['large numbers', { large: 2n ** 70n, small: 1e-20, negative: -0.5 }],
    ['names that are words of the language', { Value: 1, value: 2, INSERT: 3, 'a.b-c': 4, _x: 5 }],
    ['names that would need quotes', { "it's": 1, 'two words': 2, größe: 3, '?': 4, '"': 5, '{}': 6 }, true],
    ['empty values', { title: '', list: [], map: {}, nothing: null }],
    ['many attributes', Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`attribute${i}`, i])), true],
  ])('is stored as by a create: %s', async (_, attributes, isByItself) => {
    const refs = newRefs(5);
    const data = (ref = '') => ({ ref, ...attributes }) as never;
    const requests = await requestsOf(async () =>
      expect((await plain.batchCreate([data(refs[0]), data(refs[1])])).failed).toEqual([]),
    );
    expect(requests).toEqual(isByItself ? { TransactWriteItems: 1 } : { [operation]: 1 });
    await plain.create(data(refs[2]));
    const byOwnTransport = await others.plain.batchCreate([data(refs[3]), data(refs[4])]);
    expect(byOwnTransport.failed).toEqual([]);
    const content = async (ref: string) => {
      const { id: _, ref: __, createdAt: ___, _writeId: ____, ...rest } = { ...(await made.raw.get(`PLAIN#${ref}`)) };
      return rest as Record<string, unknown>;
    };
    const byCreate = await content(refs[2] ?? '');
    for (const ref of [0, 3]) expect(await content(refs[ref] ?? '')).toEqual(byCreate);
    expect(Object.keys(await content(refs[1] ?? ''))).toHaveLength(Object.keys(attributes).length + 1);
  });
});
