import { randomUUID } from 'node:crypto';
import { UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { createDynamoClient } from '@aws-starter-kit/dynamo';
import { describe, expect, inject, it } from 'vitest';
import '../../../test/provided-context.js';
import { runScript } from '../../../test/run-script.js';

const table = (args: string[], env: Record<string, string | undefined> = {}) =>
  runScript('packages/table/src/cli.ts', {
    args,
    env: { AWS_ENDPOINT_URL: inject('endpoint'), DYNAMODB_INDEXES: '2', DYNAMODB_STREAM: undefined, ...env },
  });

describe.concurrent('table check', () => {
  it('exits with 1 and a command for each difference, and with 0 after these commands', async () => {
    const tableName = `test-${randomUUID()}`;
    await table(['create', '--table', tableName]);
    const before = await table(['check', '--table', tableName, '--indexes', '3', '--stream', 'on']);
    expect(before.exitCode).toBe(1);
    const commands = [...before.stdout.matchAll(/Repair: pnpm table (.*)$/gm)].map(([, rest = '']) => rest.split(' '));
    expect(commands.map(([name]) => name)).toEqual(['update', 'stream', 'ttl']);
    for (const args of commands) {
      const { exitCode, stderr } = await table([...args, '--yes']);
      expect(`${exitCode} ${exitCode === 0 ? '' : stderr}`).toBe('0 ');
    }
    const after = await table(['check', '--table', tableName], { DYNAMODB_INDEXES: '3', DYNAMODB_STREAM: 'on' });
    expect(after.stdout).toContain(`Table ${tableName} at ${inject('endpoint')} has the wanted settings.`);
    expect(after.exitCode).toBe(0);
  });

  it('prints its report as JSON', async () => {
    const tableName = `test-${randomUUID()}`;
    await table(['create', '--table', tableName]);
    const { stdout, exitCode } = await table(['check', '--table', tableName, '--json']);
    expect(exitCode).toBe(1);
    const repair = `pnpm table ttl expiresAt --table ${tableName}`;
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ table: tableName, place: inject('endpoint'), isComplete: true },
      differences: [{ setting: 'time to live', is: 'off', wanted: 'expiresAt', repair }],
    });
  });

  it('exits with 2 if a wanted setting cannot be checked', async () => {
    const tableName = `test-${randomUUID()}`;
    await table(['create', '--table', tableName]);
    await table(['ttl', 'expiresAt', '--table', tableName]);
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const client = createDynamoClient({ endpoint: inject('endpoint'), region: 'us-east-1', credentials });
    await client.send(new UpdateTableCommand({ TableName: tableName, DeletionProtectionEnabled: true }));
    const { stdout, exitCode } = await table(['check', '--table', tableName, '--production']);
    await client.send(new UpdateTableCommand({ TableName: tableName, DeletionProtectionEnabled: false }));
    expect(stdout).toContain('point-in-time recovery: not checked');
    expect(exitCode).toBe(2);
  });

  it.each([
    { args: ['check', '--table', 'test-missing'], says: /^Table test-missing does not exist at .*pnpm table create/ },
    { args: ['check', '--indexes', '21'], says: /'21' is invalid. It may be a whole number from 1 to 20/ },
    { args: ['check', '--dry-run'], says: /unknown option '--dry-run'/ },
  ])('ends with 2 and one line for $args', async ({ args, says }) => {
    const { exitCode, stdout, stderr } = await table(args);
    expect(stderr).toMatch(says);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(`${exitCode}${stdout}`).toBe('2');
  });

  it('exits with 2 if no database answers', async () => {
    const { exitCode, stderr } = await table(['check'], { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' });
    expect(stderr).toMatch(/^No database answers at http:\/\/127.0.0.1:1/);
    expect(exitCode).toBe(2);
  });
});
