import { tableDefinition } from '@aws-starter-kit/dynamo';
import { describe, expect, it } from 'vitest';
import { runScript } from '../../../test/run-script.js';

const table = (args: string[], env: Record<string, string | undefined> = {}) =>
  runScript('packages/table/src/cli.ts', { args, env: { DYNAMODB_TABLE: undefined, ...env } });

describe.concurrent('table print', () => {
  it('prints the input of CreateTable, for the table that the environment names', async () => {
    const { exitCode, stdout } = await table(['print'], { DYNAMODB_TABLE: 'orders' });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual(tableDefinition('orders'));
  });

  it('refuses what it does not know in a line', async () => {
    const { exitCode, stdout, stderr } = await table(['print', '--tabel', 'x']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(/^error: unknown option '--tabel'\n/);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});
