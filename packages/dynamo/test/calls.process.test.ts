import { createServer } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Fault } from '@aws-starter-kit/dynamo-faults';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freshTable } from '../../../test/fresh-table.js';
import { createDynamoClient } from '../src/index.js';
import { capturedLogger } from './captured-logger.js';
import { AccountModel, PlainModel, ProductDynamoModel, TicketModel } from './models.js';
import { faultyTable } from './raw-table.js';

type Table = Awaited<ReturnType<typeof faultyTable>>;
let faults: Table['faults'];
let table: Table['table'];
let raw: Table['raw'];
let plain: PlainModel;
let accounts: AccountModel;
beforeAll(async () => {
  ({ faults, table, raw } = await faultyTable());
  plain = new PlainModel(table);
  accounts = new AccountModel(table);
});
afterEach(() => faults.setRules([]));

let count = 0;
const newRef = async () => {
  const ref = `r${++count}`;
  await raw.put({ id: `PLAIN#${ref}`, ref, version: 1, createdAt: 'then' });
  return ref;
};
/** What ends before this ended by the deadline that it was given, and not by the 5 s of those who give none; the machine may be busy. */
const longBeforeTheDefaultMs = 4500;
const always = (fault: Fault) => faults.setRules([{ fault } as never]);
/** The error of a call, and how long it took. */
async function failureOf(work: Promise<unknown>): Promise<{ error: unknown; ms: number }> {
  const began = performance.now();
  const error = await work.then(
    () => 'no error',
    (reason: unknown) => reason,
  );
  return { error, ms: performance.now() - began };
}
const requestsSince = (before: number) => faults.requests.slice(before).map(({ operation }) => operation);

describe('throttling and conflicts', () => {
  it('are waited out', async () => {
    const ref = await newRef();
    const times = 3;
    faults.setRules([
      { fault: 'throttle', times: 6 },
      { fault: 'transaction-throttle', times },
      { fault: 'transaction-conflict', times },
    ]);
    expect(await plain.getById(ref)).toMatchObject({ ref });
    expect(await accounts.create({ email: `e${++count}`, name: 'x' })).toMatchObject({ version: 1 });
    expect(await plain.update(ref, { title: 'x' })).toMatchObject({ version: 2 });
    expect(await plain.delete(ref)).toBe(true);
  });

  it.each<[Fault, string]>([
    ['throttle', 'throughput'],
    ['transaction-throttle', 'throughput'],
    ['transaction-conflict', 'contention'],
  ])('a %s that does not end is a ThrottledError in time', async (fault, reason) => {
    always(fault);
    const create = accounts.create({ email: `e${++count}`, name: 'x' }, { deadlineMs: 300 });
    const { error, ms } = await failureOf(create);
    expect(error).toMatchObject({ name: 'ThrottledError', code: 'THROTTLED', reason, cause: expect.any(Error) });
    expect(ms).toBeLessThan(longBeforeTheDefaultMs);
  });

  it('contention of one item is one too', async () => {
    const ref = await newRef();
    always('transaction-conflict');
    const { error } = await failureOf(plain.update(ref, { title: 'x' }, { deadlineMs: 200 }));
    expect(error).toMatchObject({ name: 'ThrottledError', reason: 'contention' });
  });
});

describe('a database that does not work', () => {
  it.each<Fault>(['server-error', 'reset'])('is asked again after a %s', async (fault) => {
    const ref = await newRef();
    faults.setRules([{ fault, times: 2 } as never]);
    expect(await plain.getById(ref)).toMatchObject({ ref });
  });

  it.each<Fault>(['server-error', 'reset'])(
    'is unavailable to reads after lasting %ss, and unknown to writes',
    async (fault) => {
      always(fault);
      const read = await failureOf(plain.getById('x', { deadlineMs: 200 }));
      expect(read.error).toMatchObject({
        name: 'DatabaseUnavailableError',
        code: 'DATABASE_UNAVAILABLE',
        cause: expect.any(Error),
      });
      const write = await failureOf(plain.update('x', { title: 'x' }, { deadlineMs: 200 }));
      expect(write.error).toMatchObject({ name: 'WriteOutcomeUnknownError', cause: expect.any(Error) });
      for (const { ms } of [read, write]) expect(ms).toBeLessThan(longBeforeTheDefaultMs);
    },
  );

  // a connection that is being tried when time is up may have got through: then nobody knows
  it('that cannot be reached is unavailable to writes too: nothing was sent', { retry: 3 }, async () => {
    const { port, close } = await closedPort();
    close();
    const ways = ['127.0.0.1', 'localhost'].flatMap((host) =>
      [undefined, {}].map((requestHandler) => ({ host, requestHandler })),
    );
    await Promise.all(
      ways.map(async ({ host, requestHandler }) => {
        const client = createDynamoClient({
          endpoint: `http://${host}:${port}`,
          region: 'us-east-1',
          credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
          ...(requestHandler && { requestHandler }),
        });
        const unreachable = new AccountModel({ client, tableName: 'any' });
        const { error, ms } = await failureOf(unreachable.create({ email: 'e', name: 'x' }, { deadlineMs: 1500 }));
        expect(error).toMatchObject({ name: 'DatabaseUnavailableError', cause: { code: 'ECONNREFUSED' } });
        expect(ms).toBeLessThan(longBeforeTheDefaultMs);
      }),
    );
  });
});

function closedPort(): Promise<{ port: number; close: () => void }> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, () => {
      resolve({ port: (server.address() as { port: number }).port, close: () => server.close() });
    });
  });
}

describe('deadline', () => {
  it('ends a read that gets no answer, and a write whose outcome nobody knows', async () => {
    const ref = await newRef();
    always('hang');
    const options = { deadlineMs: 500 };
    const startedAt = performance.now(); // of the first: on a busy machine the last starts a good deal later
    const calls: [Promise<unknown>, string][] = [
      [plain.getById(ref, options), 'DeadlineExceededError'],
      [plain.getByIds([ref], options), 'DeadlineExceededError'],
      [plain.query({ index: 'GSI1', pk: 'x' }, options), 'DeadlineExceededError'],
      [plain.scanAll(options), 'DeadlineExceededError'],
      [plain.count({ index: 'GSI1', pk: 'x' }, options), 'DeadlineExceededError'],
      [accounts.delete(ref, options), 'DeadlineExceededError'], // it reads first
      [plain.create({ ref: 'hanging' }, options), 'WriteOutcomeUnknownError'],
      [plain.update(ref, { title: 'x' }, options), 'WriteOutcomeUnknownError'],
      [plain.delete(ref, options), 'WriteOutcomeUnknownError'],
      [accounts.create({ email: 'hanging', name: 'x' }, options), 'WriteOutcomeUnknownError'],
    ];
    const ends = calls.map(async ([call, name]) => {
      const { error } = await failureOf(call);
      return { error, name, ms: performance.now() - startedAt };
    });
    for (const { error, name, ms } of await Promise.all(ends)) {
      expect(error).toMatchObject({ name });
      expect(ms).toBeGreaterThan(490); // timers may be a millisecond early
      expect(ms).toBeLessThan(longBeforeTheDefaultMs);
    }
    const outcome = await plain.batchCreate([{ ref: 'a' }, { ref: 'b' }], options);
    expect(outcome.failed.map(({ error }) => error.name)).toEqual(Array(2).fill('WriteOutcomeUnknownError'));
  });

  it('leaves time to ask again after one lost answer', async () => {
    const ref = await newRef();
    faults.setRules([{ fault: 'hang', times: 1 }]);
    expect(await plain.update(ref, { title: 'x' }, { deadlineMs: 1200 })).toMatchObject({ version: 2 });
  });

  it('of 0 is over before anything is sent, and without end there is none', async () => {
    const before = faults.requests.length;
    await expect(plain.delete('x', { deadlineMs: 0 })).rejects.toMatchObject({
      name: 'DeadlineExceededError',
      code: 'DEADLINE_EXCEEDED',
      deadlineMs: 0,
    });
    expect(requestsSince(before)).toEqual([]);
    for (const deadlineMs of [Number.POSITIVE_INFINITY, 2 ** 40]) {
      expect(await plain.delete('x', { deadlineMs })).toBe(false);
    }
    expect(requestsSince(before)).toEqual(['DeleteItem', 'DeleteItem']);
    await expect(plain.getById('x', { deadlineMs: -1 })).rejects.toThrow(RangeError);
    await expect(plain.getById('x', { deadlineMs: Number.NaN })).rejects.toThrow(RangeError);
  });

  it('holds for look-ups that a model makes of its own too', async () => {
    const unmarked = await faultyTable();
    await unmarked.raw.remove('UNIQUE#');
    class LookingModel extends AccountModel {
      protected override async findLegacyOwner(_: string, value: unknown, options?: object): Promise<string | null> {
        return (await this.query({ index: 'GSI1', pk: String(value) }, options)).items[0]?.id ?? null;
      }
    }
    unmarked.faults.setRules([
      { fault: 'hang', operation: 'Query' },
      { fault: 'latency', ms: 150, operation: 'GetItem' },
    ]);
    const call = new LookingModel(unmarked.table).create({ email: 'e', name: 'x' }, { deadlineMs: 300 });
    const { error, ms } = await failureOf(call);
    expect(error).toMatchObject({ name: 'DeadlineExceededError' });
    expect(ms).toBeLessThan(longBeforeTheDefaultMs);
  });

  it('of a scan is that of each page, and may pass while the reader is busy', async () => {
    const big = new TicketModel(table);
    await raw.putAll(['1', '2', '3', '4', '5'].map((id) => ({ id: `TICKET#${id}`, text: 'x'.repeat(390_000) })));
    faults.setRules([{ fault: 'hang', operation: 'Scan', skip: 1 }]);
    const pages = big.scanPages({ deadlineMs: 400 });
    expect((await pages.next()).value?.length).toBeGreaterThan(0);
    const busyUntil = performance.now() + 450;
    await expect.poll(() => performance.now(), { interval: 20 }).toBeGreaterThan(busyUntil);
    await expect(pages.next()).rejects.toMatchObject({ name: 'DeadlineExceededError' });
  });
});

describe('abort', () => {
  const reason = new Error('no longer needed');
  const inFlight = async (operation: string, start: (signal: AbortSignal) => Promise<unknown>) => {
    const controller = new AbortController();
    const before = faults.counts[operation] ?? 0;
    const call = failureOf(start(controller.signal));
    await expect.poll(() => faults.counts[operation] ?? 0, { interval: 5 }).toBeGreaterThan(before);
    controller.abort(reason);
    return (await call).error;
  };

  it('of a read throws its reason', async () => {
    always('hang');
    expect(await inFlight('GetItem', (signal) => plain.getById('x', { signal }))).toBe(reason);
    expect(await inFlight('Scan', (signal) => plain.scanAll({ signal }))).toBe(reason);
    expect(await inFlight('Query', (signal) => plain.query({ index: 'GSI1', pk: 'x' }, { signal }))).toBe(reason);
    expect(await inFlight('BatchGetItem', (signal) => plain.getByIds(['x'], { signal }))).toBe(reason);
  });

  it('of a write in flight leaves its outcome unknown', async () => {
    always('hang');
    const unknown = { name: 'WriteOutcomeUnknownError', cause: reason };
    expect(await inFlight('UpdateItem', (signal) => plain.update('x', { title: 'x' }, { signal }))).toMatchObject(
      unknown,
    );
    expect(await inFlight('PutItem', (signal) => plain.create({ ref: 'x' }, { signal }))).toMatchObject(unknown);
    expect(await inFlight('DeleteItem', (signal) => plain.delete('x', { signal }))).toMatchObject(unknown);
    const create = (signal: AbortSignal) => accounts.create({ email: 'e', name: 'x' }, { signal });
    expect(await inFlight('TransactWriteItems', create)).toMatchObject(unknown);
  });

  it('of a write that waits to be retried throws its reason where nothing can have happened', async () => {
    always('throttle');
    expect(await inFlight('UpdateItem', (signal) => plain.update('x', { title: 'x' }, { signal }))).toBe(reason);
  });

  it('before anything is sent sends nothing', async () => {
    const before = faults.requests.length;
    const signal = AbortSignal.abort(reason);
    for (const call of [
      plain.create({ ref: 'x' }, { signal }),
      plain.getById('x', { signal }),
      plain.scanAll({ signal }),
    ]) {
      await expect(call).rejects.toBe(reason);
    }
    const { failed } = await plain.batchDelete(['x'], { signal });
    expect(failed).toEqual([{ id: 'x', error: reason }]);
    expect(requestsSince(before)).toEqual([]);
  });
});

describe('one layer retries', () => {
  it('though the client is another’s, with retries and settings of its own', async () => {
    const { logger, lines } = capturedLogger('DEBUG');
    const client = DynamoDBDocumentClient.from(
      new DynamoDBClient({
        endpoint: table.endpoint,
        region: 'us-east-1',
        credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
        requestHandler: faults,
      }),
      { unmarshallOptions: { wrapNumbers: true } },
    );
    const given = new PlainModel({ client, tableName: table.tableName, logger });
    faults.setRules([{ fault: 'throttle' }]);
    const before = faults.requests.length;
    await expect(given.getById('x', { deadlineMs: 300 })).rejects.toMatchObject({ name: 'ThrottledError' });
    expect(requestsSince(before)).toHaveLength(Number(lines[0]?.requests));
    faults.setRules([{ fault: 'lost-reply', times: 1 }]);
    await given.create({ ref: 'given', title: undefined as never });
    expect(requestsSince(before).filter((one) => one === 'PutItem')).toHaveLength(2);
    expect(await given.getById('given')).toMatchObject({ version: 1 });
  });
});

describe('errors', () => {
  it('of a missing table say how to make it, for every way to send', async () => {
    const { endpoint, region } = await freshTable();
    for (const requestHandler of [undefined, {}]) {
      const client = createDynamoClient({ endpoint, region, ...(requestHandler && { requestHandler }) });
      const nowhere = new ProductDynamoModel({ client, tableName: 'no-such-table' });
      const error = {
        name: 'TableNotFoundError',
        code: 'TABLE_NOT_FOUND',
        tableName: 'no-such-table',
        cause: expect.any(Error),
      };
      await expect(nowhere.getById('x')).rejects.toMatchObject(error);
      await expect(nowhere.create({ name: 'x', price: 1 })).rejects.toThrow(/pnpm table create/);
      expect((await nowhere.batchCreate([{ name: 'x', price: 1 }])).failed).toMatchObject([{ index: 0, error }]);
    }
  });

  it('say what is too large: at create before sending, at update however it comes to light', async () => {
    const ref = await newRef();
    const before = faults.requests.length;
    const text = 'x'.repeat(410_000);
    await expect(plain.create({ ref: 'large', text })).rejects.toMatchObject({
      name: 'ItemTooLargeError',
      code: 'ITEM_TOO_LARGE',
      bytes: expect.any(Number),
    });
    await expect(plain.update(ref, { text })).rejects.toMatchObject({ name: 'ItemTooLargeError' });
    expect(requestsSince(before)).toEqual([]);
    await plain.update(ref, { text: 'x'.repeat(300_000) });
    const rest = plain.update(ref, { title: 'x'.repeat(200_000) });
    await expect(rest).rejects.toMatchObject({ name: 'ItemTooLargeError', cause: { name: 'ValidationException' } });
    expect(await raw.get(`PLAIN#${ref}`)).toMatchObject({ version: 2 });
  });

  it('name what cannot be stored, and nothing is sent', async () => {
    const before = faults.requests.length;
    for (const [value, reason] of [
      [new Date(), 'Date'],
      [Number.NaN, 'NaN'],
      [2 ** 53, 'unsafe integer'],
      [new Set(), 'empty set'],
    ] as const) {
      const refusal = { name: 'InvalidItemError', code: 'INVALID_ITEM', attribute: 'title', reason };
      await expect(plain.create({ ref: 'x', title: value as never })).rejects.toMatchObject(refusal);
      await expect(plain.update('x', { title: value as never })).rejects.toMatchObject(refusal);
      expect((await plain.batchCreate([{ ref: 'x', title: value as never }])).failed).toMatchObject([
        { error: refusal },
      ]);
    }
    expect(requestsSince(before)).toEqual([]);
  });
});

describe('logging', () => {
  it('writes one line a call: what, which, how many, how long, at what cost, and no values', async () => {
    const { logger, lines } = capturedLogger('DEBUG');
    const logged = new AccountModel({ ...table, logger });
    const secret = 'secret@example.com';
    const { id } = await logged.create({ email: secret, name: 'Secret' });
    await logged.getById(id);
    await logged.getByIds([id, 'x']);
    await logged.getByUnique('email', secret);
    await logged.update(id, { note: 'secret' });
    await logged.query({ index: 'GSI1', pk: 'ACCOUNT', limit: 1 });
    await logged.count({ index: 'GSI1', pk: 'ACCOUNT' });
    for await (const _ of logged.scanPages()) break;
    await logged.batchCreate([{ email: secret, name: 'Secret' }]);
    await logged.update('missing', { email: '' }).catch(() => {});
    await logged.batchDelete([id]);
    await logged.delete(id);
    const what = lines.map(({ level, operation, entity, error, failed }) => [
      level,
      entity,
      operation,
      error ?? failed,
    ]);
    expect(what).toEqual([
      ['INFO', 'Account', 'create', undefined],
      ['DEBUG', 'Account', 'getById', undefined],
      ['DEBUG', 'Account', 'getByIds', undefined],
      ['DEBUG', 'Account', 'getByUnique', undefined],
      ['INFO', 'Account', 'update', undefined],
      ['DEBUG', 'Account', 'query', undefined],
      ['DEBUG', 'Account', 'count', undefined],
      ['DEBUG', 'Account', 'scan', undefined],
      ['INFO', 'Account', 'batchCreate', 1],
      ['INFO', 'Account', 'update', 'InvalidItemError'],
      ['INFO', 'Account', 'batchDelete', 0],
      ['INFO', 'Account', 'delete', undefined],
    ]);
    for (const line of lines) {
      expect(line).toMatchObject({
        durationMs: expect.any(Number),
        requests: expect.any(Number),
        capacityUnits: expect.any(Number),
      });
    }
    expect(lines[0]).toMatchObject({ id, requests: 1 });
    expect(Number(lines[0]?.capacityUnits)).toBeGreaterThanOrEqual(4);
    expect(JSON.stringify(lines)).not.toMatch(/secret/i);
  });

  it('asks for no capacity and writes nothing where the level is off', async () => {
    const { logger, lines } = capturedLogger('INFO');
    const logged = new PlainModel({ ...table, logger });
    await logged.create({ ref: 'logged' });
    await logged.getById('logged');
    expect(lines.map(({ operation }) => operation)).toEqual(['create']);
    const [create, get] = faults.requests.slice(-2);
    expect(create?.body).toHaveProperty('ReturnConsumedCapacity', 'TOTAL');
    expect(get?.body).not.toHaveProperty('ReturnConsumedCapacity');
  });
});
