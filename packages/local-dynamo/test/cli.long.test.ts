import http from 'node:http';
import { describe, expect, it, vi } from 'vitest';
import { startLocalDynamo } from '../src/index.js';
import { identify } from '../src/process-identity.js';
import { enginePid, packageFile, type Running, run, said, temporaryFolder } from './processes.js';

const cli = (args: readonly string[], env?: NodeJS.ProcessEnv): Running => run(packageFile('src/cli.ts'), args, env);
const anyPort = ['--port', '0'];

describe.concurrent('beside a command, local-dynamo', () => {
  it('hands over the endpoint and what the SDK needs besides, and the exit code back', async () => {
    const script = 'echo "$AWS_ENDPOINT_URL $AWS_REGION $AWS_ACCESS_KEY_ID $AWS_SECRET_ACCESS_KEY"; exit 7';
    const env = { AWS_REGION: '', AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' };
    const wrapper = cli([...anyPort, '--memory', '--', 'sh', '-c', script], env);
    expect(await wrapper.exit).toEqual({ code: 7, signal: null });
    expect(wrapper.output().stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+ us-east-1 local local\n$/);
  });

  it('keeps the region and the credentials that are there', async () => {
    const script = 'echo "$AWS_REGION $AWS_ACCESS_KEY_ID $AWS_SECRET_ACCESS_KEY"';
    const env = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'mine', AWS_SECRET_ACCESS_KEY: 'secret' };
    const wrapper = cli([...anyPort, '--memory', '--', 'sh', '-c', script], env);
    await wrapper.exit;
    expect(wrapper.output().stdout).toBe('eu-west-1 mine secret\n');
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('hands %s on, waits for the command and leaves nothing behind', async (signal, code) => {
    const dataDir = temporaryFolder();
    const script = 'echo "pid $$ "; while :; do sleep 0.01; done';
    const wrapper = cli([...anyPort, '--data', dataDir, '--', 'sh', '-c', script]);
    const commandPid = Number(await said(wrapper, /pid (\d+) /));
    const engine = enginePid(dataDir);
    wrapper.child.kill(signal);
    expect(await wrapper.exit).toEqual({ code, signal: null });
    expect([identify(commandPid), identify(engine)]).toEqual([undefined, undefined]);
  });

  it('keeps the engine until a command that takes its time to end has ended', async () => {
    const ask = `fetch(process.env.AWS_ENDPOINT_URL).then(() => console.log('answered'), console.log)`;
    const script = `process.on('SIGINT', () => setTimeout(() => ${ask}.then(() => process.exit(5)), 200)); setInterval(() => {}, 1e6); console.log('up')`;
    const wrapper = cli([...anyPort, '--memory', '--', process.execPath, '-e', script]);
    await said(wrapper, /up\n/);
    wrapper.child.kill('SIGINT');
    expect(await wrapper.exit).toEqual({ code: 5, signal: null });
    expect(wrapper.output().stdout).toContain('answered\n');
  });

  it('ends the command and fails when the engine dies', async () => {
    const dataDir = temporaryFolder();
    const wrapper = cli([
      ...anyPort,
      '--data',
      dataDir,
      '--',
      'sh',
      '-c',
      'echo "pid $$ "; while :; do sleep 0.01; done',
    ]);
    const commandPid = Number(await said(wrapper, /pid (\d+) /));
    process.kill(enginePid(dataDir), 'SIGKILL');
    expect(await wrapper.exit).toEqual({ code: 1, signal: null });
    expect(wrapper.output().stderr).toContain('dynoxide was ended by SIGKILL. Its last words:');
    expect(identify(commandPid)).toBeUndefined();
  });

  it('says which command does not exist', async () => {
    const wrapper = cli([...anyPort, '--memory', '--', 'no-such-command']);
    expect((await wrapper.exit).code).toBe(127);
    expect(wrapper.output().stderr).toContain('there is no command no-such-command');
  });

  it('uses the endpoint in AWS_ENDPOINT_URL and leaves it running', async () => {
    const { endpoint, stop } = await startLocalDynamo({ engine: 'dynoxide' });
    const wrapper = cli(['--', 'sh', '-c', 'echo "$AWS_ENDPOINT_URL"'], { AWS_ENDPOINT_URL: endpoint });
    expect((await wrapper.exit).code).toBe(0);
    expect(wrapper.output().stdout).toBe(`${endpoint}\n`);
    expect((await fetch(endpoint)).status).toBeGreaterThan(0);
    await stop();
  });

  it('takes a free port when the usual one is taken', async () => {
    const server = http.createServer().listen(8000, '127.0.0.1');
    const isOurs = await new Promise((resolve) => server.once('listening', resolve).once('error', resolve));
    const wrapper = cli(['--memory', '--', 'sh', '-c', 'echo "$AWS_ENDPOINT_URL"']);
    expect((await wrapper.exit).code).toBe(0);
    expect(wrapper.output().stderr).toMatch(/^Port 8000 is taken by .*: taking a free one\.\n/);
    expect(wrapper.output().stdout).not.toContain(':8000');
    if (isOurs === undefined) server.close();
  });
});

describe.concurrent('alone, local-dynamo', () => {
  it('says where the engine is and what to set, and ends well at Ctrl-C', async () => {
    const dataDir = temporaryFolder();
    const alone = cli([...anyPort, '--data', dataDir]);
    await said(alone, /Ctrl-C ends it/);
    const engine = enginePid(dataDir);
    alone.child.kill('SIGINT');
    expect(await alone.exit).toEqual({ code: 0, signal: null });
    expect(alone.output().stderr).toMatch(/^DynamoDB at http:\/\/127\.0\.0\.1:\d+ \(dynoxide, files in /);
    expect(alone.output().stderr).toMatch(/export AWS_ENDPOINT_URL=http:\/\/127\.0\.0\.1:\d+\n/);
    expect(identify(engine)).toBeUndefined();
  });

  it('tells of an engine that dies', async () => {
    const dataDir = temporaryFolder();
    const alone = cli([...anyPort, '--data', dataDir]);
    await said(alone, /Ctrl-C ends it/);
    process.kill(enginePid(dataDir), 'SIGKILL');
    expect((await alone.exit).code).toBe(1);
    expect(alone.output().stderr).toContain('Its last words:');
  });
});

describe.concurrent('a mistake', () => {
  it.each([
    [
      ['--port', 'eighty'],
      {},
      "option '--port <number>' argument 'eighty' is invalid. It may be a whole number from 0",
    ],
    [['--engine', 'dynalite'], {}, 'Allowed choices are dynoxide, dynamodb-local'],
    [['--engine', 'dynamodb-local'], { PATH: '', JAVA_HOME: '' }, 'dynamodb-local cannot run here: no Java'],
    [[], { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' }, 'nothing answers there (ECONNREFUSED)'],
  ])('%j %j is answered in words, without a stack trace', async (args, env, words) => {
    const wrapper = cli(args, env);
    expect((await wrapper.exit).code).toBe(1);
    expect(wrapper.output().stderr).toContain(words);
    expect(wrapper.output().stderr).not.toContain('    at ');
    await vi.waitFor(() => expect(identify(wrapper.child.pid ?? 0)).toBeUndefined());
  });
});
