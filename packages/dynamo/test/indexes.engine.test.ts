import { randomUUID } from 'node:crypto';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type FreshTable, freshTable } from '../../../test/fresh-table.js';
import {
  type BaseModel,
  DynamoModel,
  ensureTable,
  type IndexName,
  removeGSIFields,
  tableDefinition,
} from '../src/index.js';
import { collect } from './models.js';
import { rawTable } from './raw-table.js';

// tables begin with two indexes here, whatever .env.example says
beforeAll(() => vi.stubEnv('DYNAMODB_INDEXES', '2'));
afterAll(() => vi.unstubAllEnvs());

interface Task extends BaseModel {
  ref: string;
  title: string;
  owner?: string;
}

/** In GSI1, GSI3 and GSI20: by title, by owner, by reference. */
class TaskModel extends DynamoModel<Task> {
  protected getEntityName() {
    return 'Task';
  }
  protected generateId({ ref }: { ref: string }) {
    return ref;
  }
  protected setGSIKeys(entity: Task) {
    entity.pk1 = 'TASK';
    entity.sk1 = `TITLE#${entity.title}`;
    entity.pk3 = `OWNER#${entity.owner}`;
    entity.sk3 = `TITLE#${entity.title}`;
    entity.pk20 = 'TASK';
    entity.sk20 = `REF#${entity.ref}`;
  }
}

describe('a table with twenty indexes', () => {
  let table: FreshTable;
  let tasks: TaskModel;
  beforeAll(async () => {
    const base = await freshTable();
    table = { ...base, tableName: `test-${randomUUID()}` };
    expect(await ensureTable({ client: base.patient, tableName: table.tableName, indexes: 20 })).toBe('created');
    tasks = new TaskModel(table);
  });

  it('is queried by its last index as by its first, in pages and as a count', async () => {
    const list = ['a', 'b', 'c'].map((ref) => ({ ref, title: `t-${ref}`, owner: 'ann' }));
    expect((await tasks.batchCreate(list)).failed).toEqual([]);
    const partitions: [IndexName, string][] = [
      ['GSI1', 'TASK'],
      ['GSI3', 'OWNER#ann'],
      ['GSI20', 'TASK'],
    ];
    for (const [index, pk] of partitions) {
      const first = await tasks.query({ index, pk, limit: 2 });
      expect(first.items.map(({ ref }) => ref)).toEqual(['a', 'b']);
      const next = await tasks.query({ index, pk, limit: 2, cursor: first.cursor });
      expect(next.items.map(({ ref }) => ref)).toEqual(['c']);
      expect(next).not.toHaveProperty('cursor');
      expect(await tasks.count({ index, pk })).toBe(3);
      expect((await collect(tasks.queryPages({ index, pk, order: 'desc' }))).flat()).toHaveLength(3);
    }
  });

  it('returns entities without their keys, and keeps the keys with each update', async () => {
    const task = await tasks.create({ ref: 'd', title: 'first', owner: 'ben' });
    expect(Object.keys(task).filter((name) => /^[ps]k/.test(name))).toEqual([]);
    await tasks.update('d', { title: 'second' });
    expect(await rawTable(table).get('TASK#d')).toMatchObject({
      sk1: 'TITLE#second',
      sk3: 'TITLE#second',
      sk20: 'REF#d',
    });
    await tasks.update('d', { owner: null });
    expect(removeGSIFields((await rawTable(table).get('TASK#d')) ?? {})).not.toHaveProperty('pk20');
    expect(await rawTable(table).get('TASK#d')).not.toHaveProperty('sk3');
    expect((await tasks.query({ index: 'GSI3', pk: 'OWNER#ben' })).items).toEqual([]);
  });
});

describe('a table that lacks an index', () => {
  it('rejects queries of it with the command that adds it, in every way to read and to send', async () => {
    const { endpoint, region, tableName, client } = await freshTable();
    for (const options of [
      { endpoint, region, tableName },
      { client, tableName },
    ]) {
      const tasks = new TaskModel(options);
      const query = { index: 'GSI3', pk: 'OWNER#ann' } as const;
      const error = {
        name: 'IndexNotFoundError',
        code: 'INDEX_NOT_FOUND',
        index: 'GSI3',
        isBuilding: false,
        message: `Index GSI3 of table ${tableName} does not exist: set DYNAMODB_INDEXES to 3 or more, then run \`pnpm table update\``,
        cause: { name: 'ValidationException' },
      };
      await expect(tasks.query(query)).rejects.toMatchObject(error);
      await expect(tasks.count(query)).rejects.toMatchObject(error);
      await expect(collect(tasks.queryPages(query))).rejects.toMatchObject(error);
      await expect(collect(tasks.queryPages({ ...query, limit: 2 }))).rejects.toMatchObject(error);
    }
  });

  it('takes writes of its keys all the same, so that models may be deployed in any order', async () => {
    const table = await freshTable();
    await new TaskModel(table).create({ ref: 'a', title: 't', owner: 'ann' });
    expect(await rawTable(table).get('TASK#a')).toMatchObject({ pk3: 'OWNER#ann', sk3: 'TITLE#t' });
  });

  it('is rejected by ensureTable, as is one whose index has other keys or lacks attributes', async () => {
    const { patient: client, tableName } = await freshTable();
    await expect(ensureTable({ client, tableName, indexes: 3 })).rejects.toMatchObject({
      name: 'IndexNotFoundError',
      index: 'GSI3',
    });
    const definition = tableDefinition(tableName, { indexes: 3 });
    const third = definition.GlobalSecondaryIndexes[2];
    const attributes = definition.AttributeDefinitions;
    for (const [name, index, is] of [
      ['keys', { KeySchema: [{ AttributeName: 'pk1', KeyType: 'HASH' }] }, 'GSI3 is (pk1 HASH S)'],
      ['types', {}, 'GSI3 is (pk3 HASH N, sk3 RANGE S)'],
      [
        'projection',
        { Projection: { ProjectionType: 'KEYS_ONLY' } },
        'the projection of GSI3 is (KEYS_ONLY), not (ALL)',
      ],
    ] as const) {
      const other = `test-${name}-${randomUUID()}`;
      const isUsed = (attribute: string) => name !== 'keys' || !attribute.endsWith('3');
      await client.send(
        new CreateTableCommand({
          ...definition,
          TableName: other,
          AttributeDefinitions: attributes
            .filter(({ AttributeName }) => isUsed(AttributeName))
            .map((one) => (name === 'types' && one.AttributeName === 'pk3' ? { ...one, AttributeType: 'N' } : one)),
          GlobalSecondaryIndexes: [...definition.GlobalSecondaryIndexes.slice(0, 2), { ...third, ...index } as never],
        }),
      );
      await expect(ensureTable({ client, tableName: other, indexes: 3 })).rejects.toThrow(is);
      expect(await ensureTable({ client, tableName: other, indexes: 2 })).toBe('exists');
    }
  });
});
