import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { olderTable, olderUser } from '../../../test/older-table.js';
import '../../../test/provided-context.js';
import { runScript } from '../../../test/run-script.js';

const folder = mkdtempSync(join(tmpdir(), 'doctor-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));
const endpoint = inject('endpoint');
const doctor = (tableName: string, args: string[] = [], options: Parameters<typeof runScript>[1] = {}) =>
  runScript('packages/doctor/src/cli.ts', {
    args: ['--table', tableName, '--state', join(folder, tableName), ...args],
    env: { AWS_ENDPOINT_URL: endpoint, AWS_REGION: 'us-east-1', DYNAMODB_TABLE: undefined },
    ...options,
  });

describe('db:doctor', () => {
  it('prints findings without values, repairs it, marks the table, and says so by its exit code', async () => {
    const user = olderUser('Ada@Example.com', { sk1: undefined });
    const { tableName } = await olderTable([user, { id: 'STRANGER#1' }]);
    const place = `table ${tableName} at ${endpoint}`;

    const look = await doctor(tableName);
    expect(look.exitCode).toBe(1);
    expect(look.stderr).toMatch(new RegExp(`^Examines ${place}, about \\d+ items, at up to 1000 units per second.\n$`));
    expect(look.stdout.replace(/\d+ units/, 'N units')).toBe(`In ${place}: 2 items, 1 entities, 0 claims, N units
Items of other models, left alone: STRANGER 1

                 repaired  left
missing claim           0     1
orphan claim            0     0
orphan counter          0     0
wrong expiry            0     0
wrong keys              0     1
other shards            0     0
missing default         0     0
doubled value           0     0
unreadable item         0     0

missing claim  left  ${user.id}  email
wrong keys     left  ${user.id}  sk1 is missing

Nothing was changed: --fix repairs findings where that is safe.
`);

    const fix = await doctor(tableName, ['--fix', '--show-values']);
    expect(fix.exitCode).toBe(0);
    expect(fix.stdout).toContain(`missing claim  repaired  ${user.id}  email ada@example.com\n`);
    expect(fix.stdout).toMatch(/All findings are repaired\.\nThe table is marked: .*\n$/);

    const again = await doctor(tableName);
    expect(again.exitCode).toBe(0);
    expect(again.stdout).toMatch(/\n\nNothing is wrong\.\n$/);
    expect(readdirSync(folder)).not.toContain(tableName);
  });
});
