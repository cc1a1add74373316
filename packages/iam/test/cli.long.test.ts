import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runScript } from '../../../test/run-script.js';
import { policyDocument, roles } from '../src/index.js';

const unset = {
  DYNAMODB_TABLE: undefined,
  AWS_REGION: undefined,
  DYNAMODB_STREAM: undefined,
  RATE_LIMIT_TABLE: undefined,
};
const iam = (args: string[], env: Record<string, string> = {}) =>
  runScript('packages/iam/src/cli.ts', { args, env: { ...unset, ...env } });
const account = ['--account', '111122223333'];
const arnOf = (name: string, region = 'us-east-1') => `arn:aws:dynamodb:${region}:111122223333:table/${name}`;

describe.concurrent('iam', () => {
  it('prints the policy for the table of the options', async () => {
    const options = ['--table', 'users', '--region', 'eu-west-1', '--stream', '--rate-limit-table', 'limits'];
    const { stdout, exitCode } = await iam(['print', 'api', ...account, ...options]);
    expect(exitCode).toBe(0);
    const tableArn = arnOf('users', 'eu-west-1');
    const rateLimitTableArn = arnOf('limits', 'eu-west-1');
    const expected = policyDocument('api', { tableArn, streamArn: `${tableArn}/stream/*`, rateLimitTableArn });
    expect(JSON.parse(stdout)).toEqual(expected);
  });

  it('prints the policy for the table of the environment, where an empty variable counts as unset', async () => {
    const env = { DYNAMODB_TABLE: 'orders', AWS_REGION: '', RATE_LIMIT_TABLE: '', DYNAMODB_STREAM: 'on' };
    const { stdout } = await iam(['print', 'api', ...account], env);
    const tableArn = arnOf('orders');
    expect(JSON.parse(stdout)).toEqual(policyDocument('api', { tableArn, streamArn: `${tableArn}/stream/*` }));
  });

  it('prints a template of the account of its stack', async () => {
    const { stdout } = await iam(['print', 'doctor', '--format', 'cloudformation']);
    const { Type, Properties } = JSON.parse(stdout).Resources.Policy;
    expect(Type).toBe('AWS::IAM::ManagedPolicy');
    expect(JSON.stringify(Properties)).not.toContain('111122223333');
  });

  it('lists each role', async () => {
    const { stdout } = await iam(['roles']);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.split(' ')[0]),
    ).toEqual(roles);
  });

  it.each([
    { args: ['print', 'api'], says: /^The ARNs of a policy contain the account: add --account <id>; "aws sts / },
    { args: ['print', 'api', '--account', '12'], says: /'12' is invalid. It may be 12 digits/ },
    { args: ['print', 'admin', ...account], says: /'admin' is invalid .*Allowed choices are api, worker/ },
    { args: ['print', 'api', ...account, '--table', 'a b'], says: /'a b' is invalid. It may be 3 to 255/ },
    { args: ['print', 'api', ...account, '--kms-key', 'alias/x'], says: /It may be the ARN of a key/ },
  ])('rejects $args in one line', async ({ args, says }) => {
    const { exitCode, stdout, stderr } = await iam(args);
    expect(stderr).toMatch(says);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(`${exitCode}${stdout}`).toBe('1');
  });

  it('does what the README shows', async () => {
    const readme = readFileSync(fileURLToPath(new URL('../README.md', import.meta.url)), 'utf8');
    const [, program = ''] = /^```ts\n(.*?)^```$/ms.exec(readme) ?? [];
    const [, shown = ''] = /^```text\n(.*?)^```$/ms.exec(readme) ?? [];
    const path = `packages/iam/test/readme-${randomUUID()}.tmp.ts`;
    const file = fileURLToPath(new URL(`../../../${path}`, import.meta.url));
    writeFileSync(file, program);
    onTestFinished(() => rmSync(file));
    const { stdout, stderr } = await runScript(path);
    expect(stderr).toBe('');
    expect(stdout).toBe(shown);
  });
});
