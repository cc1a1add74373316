import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { createDynamoClient } from '@aws-starter-kit/dynamo';
import { startLocalDynamo } from '@aws-starter-kit/local-dynamo';
import { UserModel } from '@aws-starter-kit/users';
import { expect, it, onTestFinished } from 'vitest';
import { root } from '../../../test/docs/blocks.js';
import { start, type } from '../../../test/docs/terminal.js';

const table = () => `dev-${randomUUID()}`;
const line = 'pnpm dev';
const unset = { PORT: '', AWS_ENDPOINT_URL: '', AUTH_TOKEN_FILE: '', API_URL: '', API_TOKEN: '' };

/** Starts `pnpm dev`, and stops it after the test. */
function startDev(env: Record<string, string>) {
  const dev = start(line, { folder: root, env: { ...unset, ...env } });
  onTestFinished(async () => {
    dev.interrupt();
    await dev.ended;
  });
  return dev;
}

const urlOf = (output: string, pattern: RegExp) => pattern.exec(output)?.[1];

it('runs twice at once: the second takes free ports, and its demo calls its own API', async () => {
  const env = { DYNAMODB_TABLE: table() };
  const first = startDev(env);
  await expect.poll(() => first.output.text, { timeout: 240_000 }).toContain('All went as expected');
  const second = startDev(env);
  await expect.poll(() => second.output.text, { timeout: 240_000 }).toContain('All went as expected');

  const [api, ...others] = [first, second].map(({ output }) => urlOf(output.text, /API at (\S+)\/trpc/));
  expect(others).not.toContain(api);
  for (const { output } of [first, second])
    expect(urlOf(output.text, /calls every procedure of (\S+)/)).toBe(urlOf(output.text, /API at (\S+)\/trpc/));
  expect(second.output.text).toContain('data are kept in memory');
}, 600_000);

it('ends at once if the port that it was told to take is taken', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const { exitCode, output } = await type(line, { folder: root, env: { ...unset, PORT: String(port) } });
  expect(exitCode).toBe(1);
  expect(output).toContain(`Port ${port} is taken by process ${process.pid}`);
  expect(output).not.toContain('turbo');
});

it('leaves no user behind at Ctrl-C during the demo', async () => {
  const tableName = table();
  const env = { ...unset, DYNAMODB_TABLE: tableName, PORT: '0' };
  const { isStopped, output } = await type(line, { folder: root, env, until: /→/ });
  // the signal goes through turbo, pnpm and the watcher: on a busy machine, the demo may end before it arrives
  const end = /The demo was stopped\.|The demo deleted the users that it created\./;
  expect({ isStopped, output }).toEqual({ isStopped: true, output: expect.stringMatching(end) });

  const { endpoint, stop } = await startLocalDynamo({ dataDir: `${root}/.local/dynamo`, engine: 'dynoxide' });
  onTestFinished(stop);
  const users = new UserModel({ client: createDynamoClient({ endpoint }), tableName });
  expect(await users.scanAll()).toEqual([]);
});
