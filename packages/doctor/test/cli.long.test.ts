import { describe, expect, it } from 'vitest';
import { runScript } from '../../../test/run-script.js';

const doctor = (args: string[], env: Record<string, string | undefined> = {}) =>
  runScript('packages/doctor/src/cli.ts', {
    args,
    env: { DYNAMODB_TABLE: undefined, AWS_REGION: 'us-east-1', ...env },
  });

describe.concurrent('db:doctor', () => {
  it.each([
    { args: ['--rate', '0'], says: /'0' is invalid. It takes a whole number from 1 to 1000000/ },
    { args: ['--segments', 'many'], says: /'many' is invalid. It takes a whole number from 1 to 1000/ },
    { args: ['--table', 'a b'], says: /'a b' is invalid. A name has 3 to 255/ },
    { args: ['--repair'], says: /unknown option '--repair'/ },
    { args: ['users'], says: /too many arguments/ },
  ])('refuses $args in a line, with exit code 2', async ({ args, says }) => {
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
    expect(stdout).toContain('Exit code: 0 nothing is left, 1 findings are left, 2 it could not run, 130 interrupted.');
  });
});
