import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type LocalDynamo, startLocalDynamo } from '@aws-starter-kit/local-dynamo';
import { createTRPCClient, httpLink } from '@trpc/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runScript, type ScriptRun } from '../../../test/run-script.js';
import type { AppRouter } from '../src/index.js';
import { audience, runningIssuer } from './running-issuer.js';

type Env = Record<string, string | undefined>;

const main = 'apps/api/dist/main.js'; // built by `pnpm test:long`; `pnpm dev` and others start the sources
const tokenFile = path.join(tmpdir(), `api-main-token-${process.pid}`, 'token');
const noIssuer = { AUTH_ISSUER: undefined, AUTH_AUDIENCE: undefined, AUTH_JWKS_URL: undefined };
const local = {
  ...noIssuer,
  LOG_LEVEL: 'INFO',
  NODE_ENV: 'development',
  HOST: '127.0.0.1',
  PORT: '0',
  AUTH_TOKEN_FILE: tokenFile,
  AUDIT_FILE: path.join(path.dirname(tokenFile), 'audit'),
};
const someIssuer = { AUTH_ISSUER: 'https://issuer.example.com/', AUTH_AUDIENCE: 'https://users.example.com' };
afterAll(() => rm(path.dirname(tokenFile), { recursive: true, force: true }));

/** Starts the API and waits until it listens. */
async function startMain(env: Env) {
  let signal: (name: NodeJS.Signals) => void = () => {};
  let output = '';
  let run: Promise<ScriptRun> | undefined;
  const url = await new Promise<string>((resolve, reject) => {
    run = runScript(main, {
      env: { ...local, ...env },
      onOutput: (text, kill) => {
        output = text;
        signal = kill;
        const [, address] = /API at (\S+)\/trpc/.exec(text) ?? [];
        if (address) resolve(address);
      },
    });
    run.then(({ stderr }) => reject(new Error(`It ended: ${stderr}`)), reject);
  });
  return {
    url,
    output: () => output,
    ready: async () => (await fetch(`${url}/readyz`)).status,
    client: createTRPCClient<AppRouter>({
      links: [
        httpLink({
          url: `${url}/trpc`,
          headers: async () => ({ authorization: `Bearer ${await readFile(tokenFile)}` }),
        }),
      ],
    }),
    stop: async (name: NodeJS.Signals) => {
      signal(name);
      return run;
    },
  };
}

const failureOf = async (env: Env) => {
  const { exitCode, stdout, stderr } = await runScript(main, { env: { ...local, ...env } });
  expect(exitCode).toBe(1);
  expect(stdout).toBe('');
  return stderr;
};

describe('starting', () => {
  it('fails with one line for each invalid variable', async () => {
    expect(await failureOf({ PORT: 'http', LOG_LEVEL: 'LOUD' })).toBe(
      'PORT holds "http"; it may hold a whole number from 0 (any free port) to 65535\n' +
        'LOG_LEVEL holds "LOUD"; it may hold DEBUG, INFO, WARN, ERROR\n',
    );
  });

  it.each(['PORT', 'METRICS_PORT'])('fails with one line if the port of %s is taken', async (variable) => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const stderr = await failureOf({ [variable]: String(port), NODE_ENV: 'test' });
    expect(stderr).toBe(`Port ${port} of 127.0.0.1 is taken: stop what runs there, or set ${variable} to another\n`);
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('without an issuer of tokens', () => {
  const example = 'such as AUTH_ISSUER=https://login.example.com/ AUTH_AUDIENCE=https://users.example.com\n';
  const setBoth = `the API needs to know whose tokens it takes: set AUTH_ISSUER and AUTH_AUDIENCE, ${example}`;

  it.each([
    [{ NODE_ENV: 'production' }, `With NODE_ENV=production ${setBoth}`],
    [{ NODE_ENV: 'production', HOST: '0.0.0.0' }, `With NODE_ENV=production ${setBoth}`],
    [{ HOST: '0.0.0.0' }, `With HOST=0.0.0.0, which others can reach, ${setBoth}`],
    [{ HOST: '::' }, `With HOST=::, which others can reach, ${setBoth}`],
    [
      { HOST: '127.0.0.1.example.com', NODE_ENV: 'test' },
      `With HOST=127.0.0.1.example.com, which others can reach, ${setBoth}`,
    ],
    [
      { AUTH_ISSUER: someIssuer.AUTH_ISSUER },
      `AUTH_AUDIENCE is not set: AUTH_ISSUER and AUTH_AUDIENCE go together, ${example}`,
    ],
    [
      { AUTH_AUDIENCE: someIssuer.AUTH_AUDIENCE },
      `AUTH_ISSUER is not set: AUTH_ISSUER and AUTH_AUDIENCE go together, ${example}`,
    ],
  ])('it fails in one line: %j', async (env, line) => {
    expect(await failureOf(env)).toBe(line);
  });

  it('fails in one line if its audit trail cannot be written', async () => {
    const file = fileURLToPath(import.meta.url);
    expect(await failureOf({ AUDIT_FILE: `${file}/audit` })).toBe(
      `AUDIT_FILE is ${file}/audit, which cannot be written (EEXIST): set it to another file\n`,
    );
  });

  it('fails in one line if its token cannot be written', async () => {
    const file = fileURLToPath(import.meta.url);
    const { exitCode, stderr } = await runScript(main, { env: { ...local, AUTH_TOKEN_FILE: `${file}/token` } });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: `AUTH_TOKEN_FILE is ${file}/token, which cannot be written (EEXIST)\n`,
    });
  });
});

describe('with an engine', () => {
  let dataDir: string;
  let engine: LocalDynamo;
  let env: Env;
  beforeAll(async () => {
    dataDir = await mkdtemp(path.join(tmpdir(), 'api-main-'));
    engine = await startLocalDynamo({ dataDir });
    env = { AWS_ENDPOINT_URL: engine.endpoint };
  });
  afterAll(async () => {
    await engine.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('in production does not start without its table, and names the command that creates it', async () => {
    const stderr = await failureOf({ ...env, ...someIssuer, NODE_ENV: 'production', DYNAMODB_TABLE: 'no-such-table' });
    expect(stderr).toMatch(/^Table no-such-table does not exist: .*`pnpm table create`.*\n$/);
  });

  it.each([
    [{ AWS_ENDPOINT_URL: 'http://dynamodb:8000' }, /^AWS_ENDPOINT_URL holds "http:\/\/dynamodb:8000"; .*\n$/],
    [{ TRUST_PROXY: '0.0.0.0/0' }, /^TRUST_PROXY holds "0.0.0.0\/0"; it may hold .*\n$/],
    [{ AUTH_ISSUER: 'http://localhost:x@evil.example' }, /^AUTH_ISSUER holds "http:\/\/…@evil.example"; .*\n$/],
    [{ AWS_ENDPOINT_URL: '' }, /^There are no AWS credentials \(.*\): set AWS_ACCESS_KEY_ID and .*\n$/],
  ])('in production fails in one line: %j', async (change, line) => {
    const noCredentials = {
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: '/x',
      AWS_SHARED_CREDENTIALS_FILE: '/x',
    };
    const stderr = await failureOf({ ...env, ...someIssuer, NODE_ENV: 'production', ...noCredentials, ...change });
    expect(stderr).toMatch(line);
  });

  it('creates its table, serves, and ends cleanly', async () => {
    const api = await startMain({ ...env, DYNAMODB_TABLE: 'made-at-start' });
    await expect.poll(api.ready).toBe(200);
    const curl = `sed 's/^/Authorization: Bearer /' '${tokenFile}' | curl -H @- ${api.url}/trpc/users.count`;
    expect((await promisify(execFile)('sh', ['-c', curl])).stdout).toBe(
      '{"result":{"data":{"count":0,"isExact":true}}}',
    );
    expect((await fetch(`${api.url}/trpc/users.count`)).status).toBe(401);
    expect((await stat(tokenFile)).mode & 0o777).toBe(0o600);
    const ended = await api.stop('SIGTERM');
    expect(ended).toMatchObject({ exitCode: 0, stderr: '' });
    const lines = (ended?.stdout ?? '')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter(({ route }) => route !== '/readyz'); // rejected until there is a table
    expect(lines.map(({ message }) => message)).toEqual([
      `API at ${api.url}/trpc, health at ${api.url}/livez and ${api.url}/readyz`,
      `To call it: ${curl}`,
      `In a browser: ${api.url}/docs`,
      `Made table made-at-start at ${engine.endpoint}`,
      'users.count',
      'request',
    ]);
    expect(lines.at(-1)).toMatchObject({ service: 'aws-starter-kit-api', requestId: expect.any(String) });
  });

  it('accepts only the tokens of its issuer, if it has one', async () => {
    await rm(tokenFile, { force: true });
    const issuer = await runningIssuer();
    const api = await startMain({
      ...env,
      AUTH_ISSUER: issuer.issuer,
      AUTH_AUDIENCE: audience,
      DYNAMODB_TABLE: 'theirs',
    });
    await expect.poll(api.ready).toBe(200);
    await expect(stat(tokenFile)).rejects.toThrow('ENOENT');
    const call = async (claims: object) => {
      const headers = { authorization: `Bearer ${await issuer.token({ ...claims })}` };
      return (await fetch(`${api.url}/trpc/users.count`, { headers })).status;
    };
    expect([await call({ scope: 'users:read' }), await call({}), await call({ aud: 'x' })]).toEqual([200, 403, 401]);
    await api.stop('SIGTERM');
    issuer.stop();
  });

  it('replaces a token file that other users could read', async () => {
    await writeFile(tokenFile, 'old', { mode: 0o644 });
    const api = await startMain(env);
    await expect.poll(api.output).toContain('To call it');
    expect((await stat(tokenFile)).mode & 0o777).toBe(0o600);
    await api.stop('SIGTERM');
  });

  it('waits for an engine, survives its end, and recovers by itself', async () => {
    await engine.stop();
    const api = await startMain(env);
    expect(await api.ready()).toBe(503);
    expect((await fetch(`${api.url}/livez`)).status).toBe(200);
    await expect.poll(api.output).toContain(`Waiting for table aws-starter-kit-table at ${engine.endpoint}: `);

    const port = Number(new URL(engine.endpoint).port);
    engine = await startLocalDynamo({ dataDir, port });
    await expect.poll(api.ready).toBe(200);
    const { id } = await api.client.users.create.mutate({ email: 'ada@example.com', name: 'Ada' });

    await engine.stop();
    await expect.poll(api.ready).toBe(503); // the last answer counts for a second
    engine = await startLocalDynamo({ dataDir, port });
    await expect.poll(api.ready).toBe(200);
    expect(await api.client.users.getById.query({ id })).toMatchObject({ name: 'Ada' });
    expect((await api.stop('SIGINT'))?.exitCode).toBe(0);
  });
});
