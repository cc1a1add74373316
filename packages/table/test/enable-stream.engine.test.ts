import { randomUUID } from 'node:crypto';
import { CreateTableCommand, DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { ensureTable, StreamNotEnabledError, tableDefinition } from '@aws-starter-kit/dynamo';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type FreshTable, freshTable } from '../../../test/fresh-table.js';
import { enableStream } from '../src/index.js';

let table: FreshTable;
beforeAll(async () => {
  table = await freshTable();
});
afterEach(() => vi.unstubAllEnvs());

const newName = () => `test-${randomUUID()}`;
const streamOf = async (TableName: string) => {
  const { Table } = await table.patient.send(new DescribeTableCommand({ TableName }));
  return { view: Table?.StreamSpecification?.StreamViewType, arn: Table?.LatestStreamArn };
};

describe('enableStream', () => {
  it('turns on a stream with both images, once', async () => {
    const { tableName, patient: client } = table;
    expect(await streamOf(tableName)).toEqual({ view: undefined, arn: undefined });
    const first = await enableStream({ client, tableName });
    expect(first).toEqual({ arn: expect.stringContaining(`table/${tableName}/stream/`), isNew: true });
    expect((await streamOf(tableName)).view).toBe('NEW_AND_OLD_IMAGES');
    expect(await enableStream({ client, tableName })).toMatchObject({ isNew: false });
  });

  it('does not change a stream with other images, and says what to do', async () => {
    const tableName = newName();
    const StreamSpecification = { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' as const };
    await table.patient.send(new CreateTableCommand({ ...tableDefinition(tableName), StreamSpecification }));
    const enabled = enableStream({ client: table.patient, tableName });
    await expect(enabled).rejects.toThrow(`The stream of table ${tableName} holds KEYS_ONLY, which cannot be changed`);
    expect((await streamOf(tableName)).view).toBe('KEYS_ONLY');
    const ensured = ensureTable({ client: table.patient, tableName, stream: true });
    await expect(ensured).rejects.toThrow(`has a stream with KEYS_ONLY, not NEW_AND_OLD_IMAGES`);
  });
});

describe('ensureTable', () => {
  it('creates a table with a stream if the option or DYNAMODB_STREAM says so', async () => {
    const [plain, asked, set, declined] = [newName(), newName(), newName(), newName()];
    const client = table.patient;
    await ensureTable({ client, tableName: plain });
    await ensureTable({ client, tableName: asked, stream: true });
    vi.stubEnv('DYNAMODB_STREAM', 'on');
    await ensureTable({ client, tableName: set });
    await ensureTable({ client, tableName: declined, stream: false });
    const views = await Promise.all([plain, asked, set, declined].map(async (name) => (await streamOf(name)).view));
    expect(views).toEqual([undefined, 'NEW_AND_OLD_IMAGES', 'NEW_AND_OLD_IMAGES', undefined]);
    expect(await ensureTable({ client, tableName: asked })).toBe('exists');
  });

  it('rejects a table that lacks its stream, and accepts one with a stream that was not requested', async () => {
    const [tableName, client] = [newName(), table.patient];
    await ensureTable({ client, tableName });
    const ensured = ensureTable({ client, tableName, stream: true });
    await expect(ensured).rejects.toThrow(StreamNotEnabledError);
    await expect(ensured).rejects.toThrow(`Table ${tableName} has no stream: run \`pnpm table stream\``);
    await enableStream({ client, tableName });
    expect(await ensureTable({ client, tableName, stream: true })).toBe('exists');
    expect(await ensureTable({ client, tableName })).toBe('exists');
  });

  it('rejects another value of the variable', async () => {
    vi.stubEnv('DYNAMODB_STREAM', 'yes');
    await expect(ensureTable({ client: table.patient, tableName: newName() })).rejects.toThrow(
      'DYNAMODB_STREAM holds "yes"; it may hold on or off',
    );
  });
});
