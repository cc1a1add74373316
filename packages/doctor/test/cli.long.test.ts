import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { olderTable, olderUser } from '../../../test/older-table.js';
import '../../../test/provided-context.js';
import { runScript } from '../../../test/run-script.js';

const doctor = (args: string[], env: Record<string, string | undefined> = {}) =>
  runScript('packages/doctor/src/cli.ts', {
    args,
    env: { DYNAMODB_TABLE: undefined, AWS_REGION: 'us-east-1', ...env },
  });

describe.concurrent('db:doctor', () => {
  it.each([
    { args: ['--rate', '0'], says: /'0' is invalid. Allowed are whole numbers from 1 to 1000000/ },
    { args: ['--segments', 'many'], says: /'many' is invalid. Allowed are whole numbers from 1 to 1000/ },
    { args: ['--table', 'a b'], says: /'a b' is invalid. A name has 3 to 255/ },
    { args: ['--repair'], says: /unknown option '--repair'/ },
    { args: ['users'], says: /too many arguments/ },
  ])('rejects $args in one line, with exit code 2', async ({ args, says }) => {
    const { exitCode, stdout, stderr } = await doctor(args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it.each([
    { endpoint: 'http://127.0.0.1:1', says: 'No database answers at http://127.0.0.1:1 (ECONNREFUSED): start it' },
    { endpoint: 'localhost 8000', says: 'AWS_ENDPOINT_URL holds "localhost 8000"; it may hold' },
  ])('says in one line: $says', async ({ endpoint, says }) => {
    const { exitCode, stdout, stderr } = await doctor([], { AWS_ENDPOINT_URL: endpoint });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr.startsWith(says)).toBe(true);
    expect(stderr.indexOf('\n')).toBe(stderr.length - 1);
  });

  it('explains its options', async () => {
    const { exitCode, stdout } = await doctor(['--help']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      'Exit code: 0 no finding is left, 1 findings are left, 2 it could not run, 130 interrupted.',
    );
  });
});

describe.concurrent('db:doctor beside a database', () => {
  const endpoint = inject('endpoint');
  const folder = mkdtempSync(join(tmpdir(), 'doctor-cli-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const examine = (tableName: string, args: string[] = [], options: Parameters<typeof runScript>[1] = {}) =>
    runScript('packages/doctor/src/cli.ts', {
      args: ['--table', tableName, '--state', join(folder, tableName), ...args],
      env: { AWS_ENDPOINT_URL: endpoint, AWS_REGION: 'us-east-1', DYNAMODB_TABLE: undefined },
      ...options,
    });

  it('is resumed by the same command after Ctrl-C', async () => {
    const { tableName } = await olderTable(Array.from({ length: 80 }, (_, i) => olderUser(`user-${i}@example.com`)));
    const slow = ['--fix', '--no-mark', '--rate', '4', '--segments', '2'];
    const stopped = await examine(tableName, slow, {
      onOutput: (output, kill) => output.includes('Interrupted') || kill('SIGINT'),
    });
    expect(stopped.exitCode).toBe(130);
    expect(stopped.stdout).toBe('');
    expect(stopped.stderr).toMatch(/\nInterrupted: the same command resumes the run \(.*\)\.\n$/);

    const resumed = await examine(tableName, ['--fix', '--no-mark']);
    expect(resumed.stderr).toContain('Resumes the interrupted run');
    expect(resumed.stdout).toMatch(/\nmissing claim +80 +0\n/);
    expect(resumed.exitCode).toBe(0);
  });

  it('starts over after Ctrl-C if it is to mark the table, and says so in one line', async () => {
    const { tableName } = await olderTable(Array.from({ length: 80 }, (_, i) => olderUser(`user-${i}@example.com`)));
    const stopped = await examine(tableName, ['--fix', '--rate', '4', '--segments', '2'], {
      onOutput: (output, kill) => output.includes('Interrupted') || kill('SIGINT'),
    });
    expect(stopped.exitCode).toBe(130);
    expect(stopped.stderr).toMatch(
      /\nInterrupted: the same command starts over, since it is to mark the table; with --no-mark it .*\n$/,
    );

    const again = await examine(tableName, ['--fix']);
    expect(again.stderr).toMatch(/\nStarts over: a run that is to mark the table reads all of it \(.*\)\.\n$/);
    expect(again.stdout).toMatch(/\nThe table is marked: .*\n$/);
    expect(again.exitCode).toBe(0);
  });

  it('says in one line that there is no such table', async () => {
    const { exitCode, stdout, stderr } = await examine('not-there');
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(/^Table not-there does not exist at http.*\n$/);
  });
});
