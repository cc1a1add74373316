import { tmpdir } from 'node:os';
import { tableDefinition } from '@aws-starter-kit/dynamo';
import { describe, expect, it } from 'vitest';
import { runScript } from '../../../test/run-script.js';

const table = (args: string[], env: Record<string, string | undefined> = {}) =>
  runScript('packages/table/src/cli.ts', { args, env: { DYNAMODB_TABLE: undefined, ...env } });

describe.concurrent('table print', { timeout: 60_000 }, () => {
  it('prints the input of CreateTable, for the table that the environment names', async () => {
    const { exitCode, stdout } = await table(['print'], { DYNAMODB_TABLE: 'orders' });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual(tableDefinition('orders'));
  });

  it('prints a CloudFormation template whose table survives its stack and can be restored', async () => {
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

  it.each([
    { args: ['print', '--format', 'yaml'], says: /'yaml' is invalid. Allowed choices are json, cloudformation/ },
    { args: ['print', '--table', 'a b'], says: /'a b' is invalid. A name has 3 to 255/ },
    { args: ['drop'], says: /unknown command 'drop'/ },
    { args: ['print', '--tabel', 'x'], says: /unknown option '--tabel'/ },
  ])('refuses $args in a line', async ({ args, says }) => {
    const { exitCode, stdout, stderr } = await table(args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});

describe.concurrent('table create without a database', { timeout: 60_000 }, () => {
  const noCredentials = {
    HOME: tmpdir(),
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PROFILE: undefined,
    AWS_ACCESS_KEY_ID: undefined,
  };

  it.each([
    {
      env: { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' },
      says: 'No database answers at http://127.0.0.1:1 (ECONNREFUSED): start it',
    },
    { env: { AWS_ENDPOINT_URL: undefined, ...noCredentials }, says: 'No AWS credentials: set AWS_PROFILE' },
    { env: { AWS_ENDPOINT_URL: 'localhost 8000' }, says: 'AWS_ENDPOINT_URL holds "localhost 8000"; it may hold' },
  ])('says in one line: $says', async ({ env, says }) => {
    const { exitCode, stdout, stderr } = await table(['create'], { AWS_REGION: 'us-east-1', ...env });
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr.startsWith(says)).toBe(true);
    expect(stderr.indexOf('\n')).toBe(stderr.length - 1);
  });
});
