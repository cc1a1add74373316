import { randomUUID } from 'node:crypto';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { createDynamoClient, ensureTable, tableDefinition } from '@aws-starter-kit/dynamo';
import { type LocalDynamo, startLocalDynamo } from '@aws-starter-kit/local-dynamo';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runnableEngines } from '../../../test/engines/runnable-engines.js';
import { checkExitCode, checkText } from '../src/check-table.js';
import { checkTable, expireItems, type WantedTable } from '../src/index.js';
import { clientWithAnswers, productionAnswers } from './aws-answers.js';

let started: LocalDynamo;
let engine: { endpoint: string; region: string; patient: ReturnType<typeof createDynamoClient> };

const local = { indexes: 2, stream: false, production: false } as const;
type Definition = Partial<ConstructorParameters<typeof CreateTableCommand>[0]>;

/** A table by `pnpm table create` and `pnpm table ttl`, or by another definition. */
async function newTable(definition?: Definition): Promise<string> {
  const tableName = `test-${randomUUID()}`;
  const { patient: client } = engine;
  if (!definition) {
    await ensureTable({ client, tableName, indexes: 2, stream: false });
    await expireItems({ client, tableName, attribute: 'expiresAt' });
    return tableName;
  }
  await client.send(new CreateTableCommand({ ...tableDefinition(tableName, { indexes: 2 }), ...definition } as never));
  return tableName;
}

const placeOf = (tableName: string) => ({ tableName, region: 'us-east-1', endpoint: engine.endpoint });
const check = (tableName: string, wanted: Partial<WantedTable> = {}) =>
  checkTable({ client: engine.patient, place: placeOf(tableName), ...local, ...wanted });
const settingsOf = async (...args: Parameters<typeof check>) =>
  (await check(...args)).differences.map(({ setting, is, wanted }) => `${setting}: ${is}, not ${wanted}`);

// Uses separate engines: a DynamoDB Local with these tables adds no index to any other table, whose status stays
// CREATING.
describe.each(await runnableEngines())('on %s', (name) => {
  beforeAll(async () => {
    started = await startLocalDynamo({ engine: name });
    const { endpoint } = started;
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const requestHandler = { connectionTimeout: 30_000 };
    engine = {
      endpoint,
      region: 'us-east-1',
      patient: createDynamoClient({ endpoint, region: 'us-east-1', credentials, requestHandler }),
    };
  });
  afterAll(() => started?.stop());

  describe('checkTable', () => {
    it('finds no difference in a table that the commands created', async () => {
      const report = await check(await newTable());
      expect(report.differences).toEqual([]);
      expect(checkExitCode(report)).toBe(0);
    });

    it('reports each missing setting, with the command that sets it', async () => {
      const tableName = await newTable({
        GlobalSecondaryIndexes: undefined,
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      });
      const report = await check(tableName, { stream: true });
      expect(report.differences.map(({ setting, repair }) => `${setting}: ${repair}`)).toEqual([
        `index GSI1: pnpm table update --indexes 2 --table ${tableName}`,
        `index GSI2: pnpm table update --indexes 2 --table ${tableName}`,
        `stream: pnpm table stream --table ${tableName}`,
        `time to live: pnpm table ttl expiresAt --table ${tableName}`,
        `mark: pnpm table mark --table ${tableName}`,
      ]);
      expect(checkExitCode(report)).toBe(1);
      expect(checkText(report).split('\n')[0]).toBe(`Table ${tableName} at ${engine.endpoint} differs in 5 settings:`);
      expect(checkText(report)).toContain('stream: is off, wanted NEW_AND_OLD_IMAGES. Repair: pnpm table stream');
    });

    it('reports additional indexes, an unwanted stream, and a time to live on another attribute', async () => {
      const tableName = `test-${randomUUID()}`;
      const { patient: client } = engine;
      await ensureTable({ client, tableName, indexes: 3, stream: true });
      await expireItems({ client, tableName, attribute: 'until' });
      expect(await settingsOf(tableName)).toEqual([
        'index GSI3: present, not absent: it adds to the cost of writes',
        'stream: NEW_AND_OLD_IMAGES, not off',
        'time to live: until, not expiresAt',
      ]);
      expect(await settingsOf(tableName, { indexes: 3, stream: true, ttlAttribute: 'until' })).toEqual([]);
    });

    it('reports other keys, another projection, another view of the stream, and provisioned capacity', async () => {
      const { AttributeDefinitions, GlobalSecondaryIndexes } = tableDefinition('x', { indexes: 2 });
      const [first, second] = GlobalSecondaryIndexes;
      if (!first || !second) throw new Error('two indexes are defined');
      const throughput = { ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 } };
      const tableName = await newTable({
        AttributeDefinitions,
        BillingMode: 'PROVISIONED',
        ...throughput,
        GlobalSecondaryIndexes: [
          { ...first, ...throughput, KeySchema: second.KeySchema },
          { ...second, ...throughput, KeySchema: first.KeySchema, Projection: { ProjectionType: 'KEYS_ONLY' } },
        ],
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
      });
      expect(await settingsOf(tableName, { stream: true })).toEqual([
        'billing: provisioned, not on demand',
        'index GSI1: pk2 HASH S, sk2 RANGE S, not pk1 HASH S, sk1 RANGE S',
        'index GSI2: pk1 HASH S, sk1 RANGE S, not pk2 HASH S, sk2 RANGE S',
        'stream: KEYS_ONLY, not NEW_AND_OLD_IMAGES',
        'time to live: off, not expiresAt',
        'mark: missing, not set',
      ]);
    });

    it('reports another primary key, which no command can change, and does not look for the mark', async () => {
      const AttributeDefinitions = [{ AttributeName: 'pk', AttributeType: 'S' as const }];
      const KeySchema = [{ AttributeName: 'pk', KeyType: 'HASH' as const }];
      const tableName = await newTable({ AttributeDefinitions, KeySchema, GlobalSecondaryIndexes: undefined });
      const { differences } = await check(tableName);
      expect(differences[0]).toMatchObject({ setting: 'primary key', is: 'pk HASH S', wanted: 'id HASH S' });
      expect(differences[0]?.repair).toContain('a key cannot be changed');
      expect(differences.map(({ setting }) => setting)).not.toContain('mark');
    });

    it('sends a table with items and without the mark to the doctor', async () => {
      const tableName = await newTable();
      const { patient } = engine;
      await patient.send(new DeleteCommand({ TableName: tableName, Key: { id: 'UNIQUE#' } }));
      await patient.send(new PutCommand({ TableName: tableName, Item: { id: 'USER#1' } }));
      const { differences } = await check(tableName);
      expect(differences).toMatchObject([{ setting: 'mark', repair: `pnpm db:doctor --fix --table ${tableName}` }]);
    });

    it('rejects a table that does not exist', async () => {
      await expect(check('test-missing')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    });
  });

  describe('in production', () => {
    it('lists settings that this engine does not report, instead of passing them', async () => {
      const tableName = await newTable();
      const report = await check(tableName, { production: true });
      expect(report.unchecked).toContain('point-in-time recovery');
      expect(checkExitCode({ ...report, differences: [] })).toBe(2);
      expect(checkText(report)).toContain('point-in-time recovery: not checked');
      expect(checkExitCode(await check(tableName))).toBe(0); // not wanted on an engine of this machine
    });

    it.each([
      { isOn: true, exitCode: 0, differing: [] },
      {
        ...{ isOn: false, exitCode: 1 },
        differing: ['point-in-time recovery: off, not on', 'deletion protection: off, not on'],
      },
    ])('judges recovery and protection by the answers of AWS: $isOn', async ({ isOn, exitCode, differing }) => {
      const client = clientWithAnswers(engine, productionAnswers(isOn));
      const report = await checkTable({ client, place: placeOf(await newTable()), ...local, production: true });
      expect(report.differences.map(({ setting, is, wanted }) => `${setting}: ${is}, not ${wanted}`)).toEqual(
        differing,
      );
      expect(report.unchecked).toEqual([]);
      expect(checkExitCode(report)).toBe(exitCode);
    });

    it('gives commands for AWS itself if there is no endpoint, and wants recovery there by default', async () => {
      const tableName = await newTable();
      const client = clientWithAnswers(engine, productionAnswers(false));
      const place = { tableName, region: 'eu-west-1', endpoint: undefined };
      const { differences } = await checkTable({ client, place, indexes: 3, stream: false });
      expect(differences.map(({ repair }) => repair)).toEqual([
        `pnpm table update --indexes 3 --table ${tableName} --aws`,
        `aws dynamodb update-continuous-backups --region eu-west-1 --table-name ${tableName} --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true`,
        `aws dynamodb update-table --region eu-west-1 --table-name ${tableName} --deletion-protection-enabled`,
      ]);
    });

    it('wants no replicas, and recovery at an endpoint beyond this machine', async () => {
      const tableName = await newTable();
      const client = clientWithAnswers(engine, {
        ...productionAnswers(false),
        DescribeTable: ({ Table }) => ({
          Table: { ...(Table as object), DeletionProtectionEnabled: true, Replicas: [{ RegionName: 'eu-west-1' }] },
        }),
      });
      const place = { tableName, region: 'us-east-1', endpoint: 'https://dynamodb.us-east-1.amazonaws.com' };
      const { differences } = await checkTable({ client, place, indexes: 2, stream: false });
      expect(differences.map(({ setting, is }) => `${setting}: ${is}`)).toEqual([
        'point-in-time recovery: off',
        'replicas: eu-west-1',
      ]);
    });

    it('compares the key of the encryption if one is given', async () => {
      const kmsKeyArn = 'arn:aws:kms:us-east-1:111122223333:key/1';
      const tableName = await newTable();
      expect(await settingsOf(tableName, { kmsKeyArn })).toEqual([`encryption: DynamoDB's own key, not ${kmsKeyArn}`]);
      const client = clientWithAnswers(engine, {
        DescribeTable: ({ Table }) => ({
          Table: { ...(Table as object), SSEDescription: { KMSMasterKeyArn: kmsKeyArn } },
        }),
      });
      const { differences } = await checkTable({ client, place: placeOf(tableName), ...local, kmsKeyArn });
      expect(differences).toEqual([]);
    });
  });
});
