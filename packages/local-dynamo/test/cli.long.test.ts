import http from 'node:http';
import { describe, expect, it } from 'vitest';
import { startLocalDynamo } from '../src/index.js';
import { identify } from '../src/process-identity.js';
import { enginePid, eventually, packageFile, type Running, run, temporaryFolder, waitForOutput } from './processes.js';

const cli = (args: readonly string[], env?: NodeJS.ProcessEnv): Running => run(packageFile('src/cli.ts'), args, env);
const anyPort = ['--port', '0'];

describe.concurrent('local-dynamo with a command', () => {
  it('sets the variables that the SDK needs, and returns the exit code', async () => {
    const script = 'echo "$AWS_ENDPOINT_URL $AWS_REGION $AWS_ACCESS_KEY_ID $AWS_SECRET_ACCESS_KEY"; exit 7';
    const env = { AWS_REGION: '', AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' };
    const wrapper = cli([...anyPort, '--memory', '--', 'sh', '-c', script], env);
    expect(await wrapper.exit).toEqual({ code: 7, signal: null });
    expect(wrapper.output().stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+ us-east-1 local local\n$/);
  });

  it('keeps an existing region and credentials', async () => {
    const script = 'echo "$AWS_REGION $AWS_ACCESS_KEY_ID $AWS_SECRET_ACCESS_KEY"';
    const env = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'mine', AWS_SECRET_ACCESS_KEY: 'secret' };
    const wrapper = cli([...anyPort, '--memory', '--', 'sh', '-c', script], env);
    await wrapper.exit;
    expect(wrapper.output().stdout).toBe('eu-west-1 mine secret\n');
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('forwards %s, waits for the command and leaves nothing behind', async (signal, code) => {
    const dataDir = temporaryFolder();
    const script = 'echo "pid $$ "; while :; do sleep 0.01; done';
    const wrapper = cli([...anyPort, '--data', dataDir, '--', 'sh', '-c', script]);
    const commandPid = Number(await waitForOutput(wrapper, /pid (\d+) /));
    const engine = enginePid(dataDir);
    wrapper.child.kill(signal);
    expect(await wrapper.exit).toEqual({ code, signal: null });
    expect([identify(commandPid), identify(engine)]).toEqual([undefined, undefined]);
  });

  it('keeps the engine running until a slow command has exited', async () => {
    const ask = `fetch(process.env.AWS_ENDPOINT_URL).then(() => console.log('answered'), console.log)`;
    const script = `process.on('SIGINT', () => setTimeout(() => ${ask}.then(() => process.exit(5)), 200)); setInterval(() => {}, 1e6); console.log('up')`;
    const wrapper = cli([...anyPort, '--memory', '--', process.execPath, '-e', script]);
    await waitForOutput(wrapper, /up\n/);
    wrapper.child.kill('SIGINT');
    expect(await wrapper.exit).toEqual({ code: 5, signal: null });
    expect(wrapper.output().stdout).toContain('answered\n');
  });

  it('stops the command and fails if the engine dies', async () => {
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
    const commandPid = Number(await waitForOutput(wrapper, /pid (\d+) /));
    process.kill(enginePid(dataDir), 'SIGKILL');
    expect(await wrapper.exit).toEqual({ code: 1, signal: null });
    expect(wrapper.output().stderr).toContain('dynoxide was killed by SIGKILL. Its last output:');
    expect(identify(commandPid)).toBeUndefined();
  });

  it('names a command that does not exist', async () => {
    const wrapper = cli([...anyPort, '--memory', '--', 'no-such-command']);
    expect((await wrapper.exit).code).toBe(127);
    expect(wrapper.output().stderr).toContain('the command no-such-command does not exist');
  });

  it('uses the endpoint in AWS_ENDPOINT_URL and leaves it running', async () => {
    const { endpoint, stop } = await startLocalDynamo({ engine: 'dynoxide' });
    const wrapper = cli(['--', 'sh', '-c', 'echo "$AWS_ENDPOINT_URL"'], { AWS_ENDPOINT_URL: endpoint });
    expect((await wrapper.exit).code).toBe(0);
    expect(wrapper.output().stdout).toBe(`${endpoint}\n`);
    expect((await fetch(endpoint)).status).toBeGreaterThan(0);
    await stop();
  });

  it('uses a free port if the default port is taken', async () => {
    const server = http.createServer().listen(8000, '127.0.0.1');
    const isOurs = await new Promise((resolve) => server.once('listening', resolve).once('error', resolve));
    const wrapper = cli(['--memory', '--', 'sh', '-c', 'echo "$AWS_ENDPOINT_URL"']);
    expect((await wrapper.exit).code).toBe(0);
    expect(wrapper.output().stderr).toMatch(/^Port 8000 is taken by .*: taking a free one\.\n/);
    expect(wrapper.output().stdout).not.toContain(':8000');
    if (isOurs === undefined) server.close();
  });
});

describe.concurrent('local-dynamo without a command', () => {
  it('prints the variables to set, and stops at Ctrl-C', async () => {
    const dataDir = temporaryFolder();
    const alone = cli([...anyPort, '--data', dataDir]);
    await waitForOutput(alone, /Ctrl-C to stop it/);
    const engine = enginePid(dataDir);
    alone.child.kill('SIGINT');
    expect(await alone.exit).toEqual({ code: 0, signal: null });
    expect(alone.output().stderr).toMatch(/^DynamoDB at http:\/\/127\.0\.0\.1:\d+ \(dynoxide, files in /);
    expect(alone.output().stderr).toMatch(/export AWS_ENDPOINT_URL=http:\/\/127\.0\.0\.1:\d+\n/);
    expect(identify(engine)).toBeUndefined();
  });

  it('prints the last output of an engine that died', async () => {
    const dataDir = temporaryFolder();
    const alone = cli([...anyPort, '--data', dataDir]);
    await waitForOutput(alone, /Ctrl-C to stop it/);
    process.kill(enginePid(dataDir), 'SIGKILL');
    expect((await alone.exit).code).toBe(1);
    expect(alone.output().stderr).toContain('Its last output:');
  });
});

describe.concurrent('an invalid option', () => {
  it.each([
    [
      ['--port', 'eighty'],
      {},
      "option '--port <number>' argument 'eighty' is invalid. It must be a whole number from 0",
    ],
    [['--engine', 'dynalite'], {}, 'Allowed choices are dynoxide, dynamodb-local'],
    [['--engine', 'dynamodb-local'], { PATH: '', JAVA_HOME: '' }, 'dynamodb-local cannot run here: there is no Java'],
    [[], { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' }, 'nothing answers there (ECONNREFUSED)'],
  ])('%j %j is explained without a stack trace', async (args, env, words) => {
    const wrapper = cli(args, env);
    expect((await wrapper.exit).code).toBe(1);
    expect(wrapper.output().stderr).toContain(words);
    expect(wrapper.output().stderr).not.toContain('    at ');
    await eventually(() => expect(identify(wrapper.child.pid ?? 0)).toBeUndefined());
  });
});
