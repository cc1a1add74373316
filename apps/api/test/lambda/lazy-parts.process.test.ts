import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { bundleLambda, type LambdaBundle } from '@aws-starter-kit/lambda-bundle';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { freshTable } from '../../../../test/fresh-table.js';

const folder = mkdtempSync(path.join(tmpdir(), 'lazy-parts-'));
afterAll(() => rmSync(folder, { recursive: true }));

const users = fileURLToPath(new URL('../../../../packages/users/src/index.ts', import.meta.url));
const program = `
import { UserModel, UserService } from ${JSON.stringify(users)};
export async function run(call, ...given) {
  const service = new UserService({ model: new UserModel({ tableName: process.env.DYNAMODB_TABLE }) });
  return service[call](...given);
}
`;
let bundle: LambdaBundle;
let tableName: string;
beforeAll(async () => {
  const entry = path.join(folder, 'entry.ts');
  writeFileSync(entry, program);
  bundle = await bundleLambda({ entry, outFile: path.join(folder, 'bundle/index.mjs') });
  ({ tableName } = await freshTable());
});

interface Outcome {
  value?: unknown;
  error?: { name: string; message: string; cause?: { name: string; message: string } };
}

/** Runs calls of the bundled function in a process of its own, one after the other. */
async function run(calls: readonly unknown[][], env: Record<string, string> = {}): Promise<Outcome[]> {
  const script = `
    const { run } = await import(${JSON.stringify(pathToFileURL(bundle.file).href)});
    const outcomes = [];
    const plain = (error) => error && { name: error.name, message: error.message, cause: plain(error.cause) };
    for (const call of ${JSON.stringify(calls)}) {
      outcomes.push(await run(...call).then((value) => ({ value }), (error) => ({ error: plain(error) })));
    }
    process.stdout.write(JSON.stringify(outcomes), () => process.exit());`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    env: {
      ...{ HOME: folder, AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: inject('endpoint'), DYNAMODB_TABLE: tableName },
      ...{ LOG_LEVEL: 'ERROR', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', ...env },
    },
  });
  return JSON.parse(stdout);
}

describe('a bundled function', () => {
  it('starts without the AWS SDK, which is in the bundle', () => {
    const names = (packages: LambdaBundle['packages']) => packages.map(({ name }) => name);
    expect(names(bundle.packages)).toEqual(expect.arrayContaining(['@aws-sdk/client-dynamodb', '@smithy/core']));
    const isSdk = (name: string) => /^@(aws-sdk|smithy)\/(?!util-dynamodb$)/.test(name);
    expect(names(bundle.start.packages).filter(isSdk)).toEqual([]);
  });

  it('writes, reads, and rejects with the same errors as in any other program', async () => {
    const user = { email: 'ada@example.com', name: 'Ada' };
    const [created, taken, found, missing] = await run([
      ['createUser', user],
      ['createUser', user],
      ['getUserByEmail', user.email],
      ['getUserById', 'nobody'],
    ]);
    expect(created?.value).toMatchObject(user);
    expect(taken?.error).toMatchObject({ message: 'User with email ada@example.com already exists' });
    expect(found?.value).toEqual(created?.value);
    expect(missing?.value).toBeNull();
  });

  it('names a table that is missing', async () => {
    const [outcome] = await run([['getUserById', 'nobody']], { DYNAMODB_TABLE: 'no-such-table' });
    expect(outcome?.error).toMatchObject({
      name: 'TableNotFoundError',
      cause: { name: 'ResourceNotFoundException' },
    });
  });

  it('says that there are no credentials, as the SDK does', async () => {
    const env = { AWS_ENDPOINT_URL: '', AWS_EC2_METADATA_DISABLED: 'true' };
    const [outcome] = await run([['getUserById', 'nobody', { deadlineMs: 2000 }]], env);
    expect(outcome?.error).toMatchObject({
      name: 'DatabaseUnavailableError',
      cause: { name: 'CredentialsProviderError', message: expect.stringMatching(/^Could not load credentials/) },
    });
  });

  it.each([
    ['AWS_ENDPOINT_URL', 'localhost:8000'],
    ['AWS_REGION', 'EU'],
  ])('names the variable with a wrong value: %s=%s', async (name, value) => {
    const [outcome] = await run([['getUserById', 'nobody']], { [name]: value });
    expect(outcome?.error).toMatchObject({ name: 'TypeError', message: expect.stringContaining(`${name} holds`) });
  });

  it('finds settings that only the SDK understands', async () => {
    const profile = path.join(folder, 'credentials');
    writeFileSync(profile, '[work]\naws_access_key_id = AKID\naws_secret_access_key = secret\n');
    const env = { AWS_PROFILE: 'work', AWS_SHARED_CREDENTIALS_FILE: profile };
    expect(await run([['getUserById', 'nobody']], env)).toEqual([{ value: null }]);
  });

  it.each([['sdk'], ['lean']])('works with DYNAMO_TRANSPORT=%s', async (transport) => {
    const [created] = await run([['createUser', { email: `${transport}@example.com`, name: 'B' }]], {
      DYNAMO_TRANSPORT: transport,
    });
    expect(created?.value).toMatchObject({ name: 'B' });
  });
});
