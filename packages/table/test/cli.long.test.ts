import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { CreateTableCommand, DescribeTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { createDynamoClient, tableDefinition } from '@aws-starter-kit/dynamo';
import { afterAll, describe, expect, inject, it } from 'vitest';
import '../../../test/provided-context.js';
import { runScript } from '../../../test/run-script.js';

const table = (args: string[], env: Record<string, string | undefined> = {}) =>
  runScript('packages/table/src/cli.ts', { args, env: { DYNAMODB_TABLE: undefined, ...env } });

describe.concurrent('table', () => {
  it('prints the input of CreateTable for the table named in the environment', async () => {
    const { exitCode, stdout } = await table(['print'], { DYNAMODB_TABLE: 'orders' });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual(tableDefinition('orders'));
  });

  it('prints a CloudFormation template whose table outlives its stack and can be restored', async () => {
    const { exitCode, stdout } = await table([
      'print',
      '--format',
      'cloudformation',
      '--table',
      'users-eu',
      '--ttl',
      'until',
    ]);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).Resources.Table).toEqual({
      Type: 'AWS::DynamoDB::Table',
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        ...tableDefinition('users-eu'),
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        TimeToLiveSpecification: { AttributeName: 'until', Enabled: true },
      },
    });
  });

  it('prints a table with a stream, in both formats', async () => {
    const args = ['print', '--table', 'orders', '--stream', 'on'];
    const json = JSON.parse((await table(args)).stdout);
    expect(json).toEqual(tableDefinition('orders', { stream: true }));
    expect(json.StreamSpecification).toEqual({ StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' });
    const { Resources, Outputs } = JSON.parse((await table([...args, '--format', 'cloudformation'])).stdout);
    expect(Resources.Table.Properties.StreamSpecification).toEqual({ StreamViewType: 'NEW_AND_OLD_IMAGES' });
    expect(Outputs.StreamArn).toEqual({ Value: { 'Fn::GetAtt': ['Table', 'StreamArn'] } });
  });

  it.each([
    { args: ['print', '--format', 'yaml'], says: /'yaml' is invalid. Allowed choices are json, cloudformation/ },
    { args: ['print', '--stream', 'yes'], says: /'yes' is invalid. It may be on or off/ },
    { args: ['print', '--table', 'a b'], says: /'a b' is invalid. A name has 3 to 255/ },
    { args: ['drop'], says: /unknown command 'drop'/ },
    { args: ['print', '--tabel', 'x'], says: /unknown option '--tabel'/ },
  ])('rejects $args in one line', async ({ args, says }) => {
    const { exitCode, stdout, stderr } = await table(args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});

const noCredentials = {
  HOME: tmpdir(),
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_PROFILE: undefined,
  AWS_ACCESS_KEY_ID: undefined,
};

describe.concurrent('table create without a database', () => {
  it.each([
    {
      env: { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' },
      says: 'No database answers at http://127.0.0.1:1 (ECONNREFUSED): start it',
    },
    { env: { AWS_ENDPOINT_URL: 'localhost 8000' }, says: 'AWS_ENDPOINT_URL holds "localhost 8000"; it may hold' },
  ])('says in one line: $says', async ({ env, says }) => {
    const { exitCode, stdout, stderr } = await table(['create'], { AWS_REGION: 'us-east-1', ...env });
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr.startsWith(says)).toBe(true);
    expect(stderr.indexOf('\n')).toBe(stderr.length - 1);
  });
});

it('table create shows a target beyond this machine, and needs credentials there', async () => {
  const env = { AWS_ENDPOINT_URL: undefined, AWS_REGION: 'us-east-1', ...noCredentials };
  const shown = 'This writes to table aws-starter-kit-table at us-east-1, beyond this machine.\n';
  expect(await table(['create', '--aws'], env)).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: `${shown}Nothing was written: add --yes if that is the right target\n`,
  });
  const { stderr } = await table(['create', '--aws', '--yes'], env);
  expect(stderr).toMatch(/beyond this machine.\nNo AWS credentials: set AWS_PROFILE.*\n$/);
});

describe.concurrent('table create, mark and ttl', () => {
  const endpoint = inject('endpoint');
  const client = createDynamoClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  afterAll(() => client.destroy());
  const beside = (args: string[], env: Record<string, string> = {}) =>
    table(args, { AWS_ENDPOINT_URL: endpoint, AWS_REGION: 'us-east-1', ...env });
  const newName = () => `table-${randomUUID()}`;
  const readMark = async (TableName: string) =>
    (await client.send(new GetCommand({ TableName, Key: { id: 'UNIQUE#' }, ConsistentRead: true }))).Item;

  it('creates the table and its mark, once', async () => {
    const name = newName();
    const first = await beside(['create', '--table', name]);
    expect(first).toEqual({ exitCode: 0, stdout: `Table ${name} is created at ${endpoint}.\n`, stderr: '' });
    expect(await readMark(name)).toEqual({ id: 'UNIQUE#' });

    const second = await beside(['create'], { DYNAMODB_TABLE: name });
    expect(second).toEqual({ exitCode: 0, stdout: `Table ${name} exists already at ${endpoint}.\n`, stderr: '' });
    const third = await beside(['mark', '--table', name]);
    expect(third).toEqual({ exitCode: 0, stdout: `Table ${name} at ${endpoint} was marked already.\n`, stderr: '' });
  });

  it('marks an empty table created from the printed definition', async () => {
    const name = newName();
    const printed = JSON.parse((await beside(['print', '--table', name])).stdout);
    await client.send(new CreateTableCommand(printed));
    expect(await beside(['mark', '--table', name])).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await readMark(name)).toEqual({ id: 'UNIQUE#' });
  });

  it('does not mark a table that contains items, and names the next command', async () => {
    const name = newName();
    await client.send(new CreateTableCommand(tableDefinition(name)));
    await client.send(new PutCommand({ TableName: name, Item: { id: 'USER#1', email: 'old@example.com' } }));
    const { exitCode, stdout, stderr } = await beside(['mark', '--table', name]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(new RegExp(`^Table ${name} is not empty, .* run "pnpm db:doctor --fix".*\n$`));
    expect(await readMark(name)).toBeUndefined();
  });

  it('says in one line that there is no such table', async () => {
    const { exitCode, stdout, stderr } = await beside(['mark', '--table', 'not-there']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(/^Table not-there does not exist at http.*: make it with "pnpm table create".*\n$/);
  });

  it('turns on the stream of a table, prints its ARN, and can be run again', async () => {
    const name = newName();
    await client.send(new CreateTableCommand(tableDefinition(name)));
    const where = `Table ${name} at ${endpoint} has a stream`;
    const first = await beside(['stream', '--table', name]);
    expect(first).toMatchObject({ exitCode: 0, stderr: '' });
    expect(first.stdout).toMatch(new RegExp(`^${where}: arn:aws:dynamodb:.*:table/${name}/stream/.*\n$`));
    expect((await beside(['stream'], { DYNAMODB_TABLE: name })).stdout).toMatch(
      new RegExp(`^${where} already: arn:.*\n$`),
    );
  });

  it('creates a table with a stream', async () => {
    const [asked, set] = [newName(), newName()];
    expect(await beside(['create', '--table', asked, '--stream', 'on'])).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await beside(['create', '--table', set], { DYNAMODB_STREAM: 'on' })).toMatchObject({ exitCode: 0 });
    for (const name of [asked, set]) expect((await beside(['stream', '--table', name])).stdout).toMatch(/ already: /);
  });

  it('has DynamoDB delete expired items, by one attribute', async () => {
    const name = newName();
    await client.send(new CreateTableCommand(tableDefinition(name)));
    const first = await beside(['ttl', 'expiresAt', '--table', name]);
    expect(first).toEqual({
      exitCode: 0,
      stdout: `Items of table ${name} at ${endpoint} expire by expiresAt.\n`,
      stderr: '',
    });
    const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName: name }));
    expect(TimeToLiveDescription).toMatchObject({ AttributeName: 'expiresAt' });
    expect((await beside(['ttl', 'expiresAt', '--table', name])).stdout).toMatch(/expire by expiresAt already/);
    const other = await beside(['ttl', 'until', '--table', name]);
    expect(other).toMatchObject({ exitCode: 1, stdout: '' });
    expect(other.stderr).toMatch(/^.*expires its items by expiresAt already.*\n$/);
  });
});
