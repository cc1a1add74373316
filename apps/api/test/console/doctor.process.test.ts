import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { faultyHandler } from '@aws-starter-kit/dynamo-faults';
import { UserModel } from '@aws-starter-kit/users';
import { beforeAll, describe, expect, it } from 'vitest';
import { type FreshTable, freshTable } from '../../../../test/fresh-table.js';
import { headersOf } from './console-app.js';
import { appOn } from './operations-app.js';

let table: FreshTable;
beforeAll(async () => {
  table = await freshTable();
});

describe('the doctor', () => {
  /** A table with an entity whose claim is missing, and one whose index keys are wrong. */
  async function damaged(settings: Parameters<typeof freshTable>[0] = {}) {
    const fresh = await freshTable(settings);
    const { client, tableName: TableName } = fresh;
    const model = new UserModel({ client, tableName: TableName });
    const [ada, grace] = await Promise.all(
      ['ada', 'grace'].map((name) => model.create({ name, email: `${name}@example.com` })),
    );
    const claim = { id: 'UNIQUE#USER#email#ada@example.com' };
    await client.send(new DeleteCommand({ TableName, Key: claim }));
    const Key = { id: `USER#${grace?.id}` };
    const { Item } = await client.send(new GetCommand({ TableName, Key }));
    await client.send(new PutCommand({ TableName, Item: { ...Item, sk1: 'wrong' } }));
    const stored = async (id: string) => (await client.send(new GetCommand({ TableName, Key: { id } }))).Item;
    return { fresh, stored, claim: claim.id, ada: `USER#${ada?.id}`, grace: Key.id };
  }

  it('finds what is planted, and changes nothing', async () => {
    const { fresh, stored, claim, ada, grace } = await damaged();
    const { ask, trail } = appOn(fresh);
    const { body } = await ask('POST', 'doctor', undefined, 'operations:read');
    expect(body.examinedItems).toBeGreaterThan(2);
    expect(body.findings).toEqual([
      expect.objectContaining({ kind: 'missing claim', count: 1, fixed: 0, isFixable: true, examples: [ada] }),
      expect.objectContaining({ kind: 'wrong keys', count: 1, fixed: 0, isFixable: true, examples: [grace] }),
    ]);
    expect(await stored(claim)).toBeUndefined();
    expect(trail).toEqual([]);
  });

  it('repairs the chosen kinds only, and the audit trail says who had it do so', async () => {
    const { fresh, stored, claim, ada, grace } = await damaged();
    const { ask, trail } = appOn(fresh);
    const { body } = await ask('POST', 'doctor', { fix: ['missing claim'] }, 'operations:admin');
    expect(body.findings).toMatchObject([
      { kind: 'missing claim', count: 1, fixed: 1 },
      { kind: 'wrong keys', count: 1, fixed: 0 },
    ]);
    expect(await stored(claim)).toMatchObject({ ownerId: ada });
    expect(await stored(grace)).toMatchObject({ sk1: 'wrong' });
    expect(trail).toMatchObject([{ procedure: 'console.doctor', outcome: 'OK' }]);
    const after = await ask('POST', 'doctor', { fix: ['wrong keys', 'orphan claim'] });
    expect(after.body.findings).toMatchObject([{ kind: 'wrong keys', fixed: 1 }]);
    expect((await ask('POST', 'doctor')).body.findings).toEqual([]);
  });

  it('runs once at a time', async () => {
    const { ask } = appOn(table);
    const answers = await Promise.all([ask('POST', 'doctor'), ask('POST', 'doctor')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect((await ask('POST', 'doctor')).status).toBe(200);
  });

  it('stops at the end of its time, and can run again', async () => {
    const { ask } = appOn(table, {}, { examination: { withinMs: 1 } });
    for (let run = 0; run < 2; run++)
      expect(await ask('POST', 'doctor')).toMatchObject({
        status: 408,
        body: { error: { message: expect.stringContaining('run "pnpm db:doctor" instead') } },
      });
  });

  it('records the repairs before the end of its time', async () => {
    const database = faultyHandler({ rules: [] });
    const { fresh, grace } = await damaged({ requestHandler: database });
    const { ask, lines } = appOn(fresh, {}, { examination: { withinMs: 3_000 } });
    database.setRules([{ fault: 'hang', operation: 'GetItem', when: () => Number(database.counts.UpdateItem) > 0 }]);
    expect(await ask('POST', 'doctor', { fix: ['wrong keys'] })).toMatchObject({ status: 408 });
    const { Item } = await fresh.patient.send(new GetCommand({ TableName: fresh.tableName, Key: { id: grace } }));
    expect(Item?.sk1).not.toBe('wrong');
    expect(lines).toContainEqual(
      expect.objectContaining({ message: 'the doctor repaired the table', code: 'TIMEOUT', repaired: 1 }),
    );
  });

  it('stops when its client has gone', async () => {
    const database = faultyHandler({ rules: [] });
    const slow = await freshTable({ requestHandler: database });
    const { app, ask, lines, trail } = appOn(slow, {}, { examination: { rate: 1 } });
    const address = await app.listen({ port: 0, host: '127.0.0.1' });
    const gone = new AbortController();
    const headers = { ...(await headersOf()), 'content-type': 'application/json' };
    const request = fetch(`${address}/console/api/doctor`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ fix: ['wrong keys'] }),
      signal: gone.signal,
    });
    await expect.poll(() => database.counts.Scan).toBeGreaterThan(0);
    expect((await ask('POST', 'doctor')).status).toBe(409);
    gone.abort();
    await expect(request).rejects.toThrow();
    await expect.poll(() => trail).toMatchObject([{ procedure: 'console.doctor', outcome: 'CLIENT_CLOSED_REQUEST' }]);
    expect(lines.filter(({ level }) => level === 'ERROR')).toEqual([]);
  });

  it.each([{ fix: ['everything'] }, { fix: 'wrong keys' }, { mark: true }])('rejects %j', async (input) => {
    expect((await appOn(table).ask('POST', 'doctor', input)).status).toBe(400);
  });
});
