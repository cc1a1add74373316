import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { apiFlags } from './api-flags.mjs';

const at = (file) => fileURLToPath(new URL(file, import.meta.url));
/** Where the kernel lets us, the server has a core of its own, and load and database share the other. */
const pins = existsSync('/usr/bin/taskset');
const cores = { server: '0', load: '1' };

async function start(core, file, { args = [], env = {}, flags = [], stdout = 'inherit' } = {}) {
  const pinned = pins && {
    execPath: 'taskset',
    execArgv: ['-c', cores[core], process.execPath, ...flags],
  };
  const child = fork(at(file), args, {
    execArgv: flags,
    ...pinned,
    env: { ...process.env, ...env },
    stdio: ['ignore', stdout, stdout, 'ipc'],
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${file} ${args} ended with ${code}`);
  });
  ended.catch(() => {});
  const next = () => Promise.race([once(child, 'message').then(([message]) => message), ended]);
  const ask = (message) => {
    const answer = next();
    child.send(message);
    return answer;
  };
  return { next, ask, stop: () => child.disconnect() };
}

/** The database: answers at once. */
export async function startStub() {
  const { next, ask, stop } = await start('load', 'api-stub.mjs');
  const { endpoint } = await next();
  return { endpoint, calls: async () => (await ask({})).calls, stop };
}

/** The load: `ask(command)`, see api-load.mjs. */
export const startLoad = () => start('load', 'api-load.mjs');

/** The servers that run with the flags of our start command; the others run as Node comes. */
const servesOurs = new Set(['ours', 'unprotected']);

/** A server of `api/`; `log` is the file descriptor that its log goes to. */
export async function startServer(name, { endpoint, log }) {
  const env = {
    NODE_ENV: 'production',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'fake',
    AWS_SECRET_ACCESS_KEY: 'fake',
    DYNAMODB_TABLE: 'users',
  };
  const { next, ask, stop } = await start('server', 'api-server.mjs', {
    args: [at(`../api/${name}.mjs`)],
    flags: servesOurs.has(name) ? apiFlags : [],
    env,
    stdout: log,
  });
  const served = await next();
  const cpuUs = async () => {
    const { user, system } = (await ask({})).cpu;
    return user + system;
  };
  return { name, ...served, cpuUs, stop };
}
