import { randomUUID } from 'node:crypto';
import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  type GlobalSecondaryIndexDescription,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import { type BaseModel, DynamoModel, type DynamoModelOptions, tableDefinition } from '@aws-starter-kit/dynamo';
import { faultyHandler } from '@aws-starter-kit/dynamo-faults';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type FreshTable, freshTable } from '../../../test/fresh-table.js';
import { addIndexes, type IndexProgress } from '../src/index.js';

// tables begin with two indexes here, whatever .env.example says
beforeAll(() => vi.stubEnv('DYNAMODB_INDEXES', '2'));
afterAll(() => vi.unstubAllEnvs());

interface Note extends BaseModel {
  ref: string;
  text?: string;
}

/** In GSI1 and in GSI3, both in order of the reference. */
class NoteModel extends DynamoModel<Note> {
  protected getEntityName() {
    return 'Note';
  }
  protected generateId({ ref }: { ref: string }) {
    return ref;
  }
  protected setGSIKeys(note: Note) {
    Object.assign(note, { pk1: 'NOTE', sk1: note.ref, pk3: 'NOTE', sk3: note.ref });
  }
}

const refsIn = async (options: DynamoModelOptions, index: 'GSI1' | 'GSI3') => {
  const refs: string[] = [];
  for await (const page of new NoteModel(options).queryPages({ index, pk: 'NOTE' }))
    refs.push(...page.map(({ ref }) => ref));
  return refs;
};

const indexesOf = async ({ patient, tableName }: FreshTable): Promise<GlobalSecondaryIndexDescription[]> => {
  const { Table } = await patient.send(new DescribeTableCommand({ TableName: tableName }));
  return (Table?.GlobalSecondaryIndexes ?? []).sort(
    (a, b) => Number(a.IndexName?.slice(3)) - Number(b.IndexName?.slice(3)),
  );
};
const namesOf = async (table: FreshTable) => (await indexesOf(table)).map(({ IndexName }) => IndexName);

/** A client that notes each UpdateTable, and the state of all indexes before it. */
function watchedClient(table: FreshTable) {
  const states: (string | undefined)[][] = [];
  const sent: UpdateTableCommand[] = [];
  const send = async (command: object, options?: object) => {
    if (command instanceof UpdateTableCommand) {
      sent.push(command);
      states.push((await indexesOf(table)).map(({ IndexStatus }) => IndexStatus));
    }
    return table.patient.send(command as DescribeTableCommand, options);
  };
  return { states, sent, client: { send: send as unknown as DynamoDBClient['send'] } };
}

/** Writes wait while an engine adds an index. */
const patience = { deadlineMs: 60_000 };

describe('addIndexes', () => {
  it('adds indexes to a live table with items while writes go on, each only when the one before is ACTIVE', async () => {
    const table = await freshTable();
    const notes = new NoteModel(table);
    const stored = Array.from({ length: 300 }, (_, n) => ({ ref: `a${n}` }));
    expect((await notes.batchCreate(stored, patience)).failed).toEqual([]);

    let isOver = false;
    const writes = async () => {
      for (let n = 0; !isOver; n++) {
        await notes.create({ ref: `b${n}` }, patience);
        await notes.update(`a${n % 300}`, { text: `${n}` }, patience);
      }
    };
    const writing = writes();
    const { client, states } = watchedClient(table);
    const progress: IndexProgress[] = [];
    const options = { client, tableName: table.tableName, indexes: 5 };
    const added = await addIndexes({ ...options, onProgress: (one) => progress.push(one) });
    isOver = true;
    await writing;

    expect(added).toEqual(['GSI3', 'GSI4', 'GSI5']);
    // a request is sent again where the engine fails, as DynamoDB Local does now and then
    expect([...new Set(states.map(({ length }) => length))]).toEqual([2, 3, 4]);
    expect(new Set(states.flat())).toEqual(new Set(['ACTIVE']));
    const ready = progress.filter(({ state }) => state === 'ready').map(({ index }) => index);
    expect([...new Set(ready)]).toEqual(['GSI3', 'GSI4', 'GSI5']);
    const all = await refsIn(table, 'GSI1');
    expect(all.length).toBeGreaterThan(300);
    await expect.poll(() => refsIn(table, 'GSI3')).toEqual(all);
    expect((await indexesOf(table))[2]).toMatchObject(
      tableDefinition('x', { indexes: 3 }).GlobalSecondaryIndexes[2] ?? {},
    );
  });

  it('can be run again, and never deletes an index', async () => {
    const table = await freshTable();
    const { client, states } = watchedClient(table);
    const run = (indexes: number) => addIndexes({ client, tableName: table.tableName, indexes });
    expect(await run(4)).toEqual(['GSI3', 'GSI4']);
    expect(await run(4)).toEqual([]);
    expect(await run(1)).toEqual([]);
    expect(states).toHaveLength(2);
    expect(await namesOf(table)).toEqual(['GSI1', 'GSI2', 'GSI3', 'GSI4']);
  });

  it('can be interrupted: a second run waits for the index of the first, and adds the others', async () => {
    const table = await freshTable();
    const { client, states } = watchedClient(table);
    const options = { client, tableName: table.tableName, indexes: 5 };
    const interrupted = new AbortController();
    const reason = new Error('interrupted');
    const onProgress = () => interrupted.abort(reason);
    await expect(addIndexes({ ...options, signal: interrupted.signal, onProgress })).rejects.toBe(reason);
    expect(states).toHaveLength(1);
    expect(await addIndexes(options)).toEqual(['GSI4', 'GSI5']);
    expect(await namesOf(table)).toEqual(['GSI1', 'GSI2', 'GSI3', 'GSI4', 'GSI5']);
    expect(new Set(states.flat())).toEqual(new Set(['ACTIVE']));
  });

  it.each(['server-error', 'server-error-after-commit'] as const)('tries again after a %s', async (fault) => {
    const { patient, ...table } = await freshTable({
      requestHandler: faultyHandler({ rules: [{ fault, operation: 'UpdateTable', times: 5 }] }),
      maxAttempts: 1,
    });
    expect(await addIndexes({ ...table, indexes: 4 })).toEqual(['GSI3', 'GSI4']);
    expect(await namesOf({ patient, ...table })).toEqual(['GSI1', 'GSI2', 'GSI3', 'GSI4']);
  });

  it('can run in several processes at once', async () => {
    const table = await freshTable();
    const options = { client: table.patient, tableName: table.tableName, indexes: 5 };
    const added = await Promise.all([addIndexes(options), addIndexes(options), addIndexes(options)]);
    expect([...new Set(added.flat())].sort()).toEqual(['GSI3', 'GSI4', 'GSI5']);
    expect(await namesOf(table)).toEqual(['GSI1', 'GSI2', 'GSI3', 'GSI4', 'GSI5']);
  });

  it('changes nothing where an index of such a name has other keys', async () => {
    const table = await freshTable();
    const { client, states } = watchedClient(table);
    const other = `test-${randomUUID()}`;
    const { GlobalSecondaryIndexes, ...definition } = tableDefinition(other, { indexes: 4 });
    const given = GlobalSecondaryIndexes.slice(0, 2);
    given.push(...given.slice(0, 1).map((first) => ({ ...first, IndexName: 'GSI4' as const })));
    const AttributeDefinitions = definition.AttributeDefinitions.filter(
      ({ AttributeName }) => !/[34]/.test(AttributeName),
    );
    await table.patient.send(
      new CreateTableCommand({ ...definition, AttributeDefinitions, GlobalSecondaryIndexes: given }),
    );
    await expect(addIndexes({ client, tableName: other, indexes: 4 })).rejects.toThrow(
      `Table ${other} does not fit the models: GSI4 is (pk1 HASH S, sk1 RANGE S), not (pk4 HASH`,
    );
    expect(states).toEqual([]);
  });

  it('gives an index the throughput of its table, where that is provisioned', async () => {
    const table = await freshTable();
    const provisioned = { ...table, tableName: `test-${randomUUID()}` };
    const throughput = { ReadCapacityUnits: 7, WriteCapacityUnits: 9 };
    const { BillingMode, ...definition } = tableDefinition(provisioned.tableName);
    expect(BillingMode).toBe('PAY_PER_REQUEST');
    await table.patient.send(
      new CreateTableCommand({
        ...definition,
        ProvisionedThroughput: throughput,
        GlobalSecondaryIndexes: definition.GlobalSecondaryIndexes.map((index) => ({
          ...index,
          ProvisionedThroughput: throughput,
        })),
      }),
    );
    const { client, sent } = watchedClient(provisioned);
    expect(await addIndexes({ client, tableName: provisioned.tableName, indexes: 3 })).toEqual(['GSI3']);
    // dynoxide shows no throughput of an index
    expect(sent[0]?.input.GlobalSecondaryIndexUpdates?.[0]?.Create?.ProvisionedThroughput).toEqual(throughput);
  });
});
