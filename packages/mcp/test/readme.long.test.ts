import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type ApiOnOwnEngine, apiOnOwnEngine } from '../../../test/api-on-own-engine.js';
import { blocksOf, root } from '../../../test/docs/blocks.js';
import { pnpm } from '../../../test/docs/terminal.js';
import { call, connectTo } from './connected-client.js';
import { connectToProcess, node } from './connected-process.js';

let api: ApiOnOwnEngine;
beforeAll(async () => {
  api = await apiOnOwnEngine();
});
afterAll(() => api.stop());

interface OwnProcess {
  command: string;
  args: string[];
}
interface Remote {
  type: 'http';
  url: string;
  headers: Record<string, string>;
}

const blocks = blocksOf('packages/mcp/README.md');
const configurations = blocks
  .filter(({ info }) => info === 'json')
  .flatMap(({ text }): (OwnProcess | Remote)[] => {
    const { mcpServers, servers } = JSON.parse(text);
    return Object.values(mcpServers ?? servers);
  });

describe('a configuration of the README', () => {
  const processes = configurations.filter((one) => 'command' in one);
  it.each(processes)('starts $command $args', async ({ command, args }) => {
    const own = args.map((arg) => (/^(\/path\/to\/repository|\$\{workspaceFolder\})$/.test(arg) ? root : arg));
    expect(own).toContain(root);
    const env = { PATH: `${pnpm}:${process.env.PATH}` };
    const { client, errors } = await connectToProcess(api, { command, args: own, cwd: tmpdir(), env });
    await call(client, 'users_list');
    expect(errors).toEqual([]);
  });

  it('connects over HTTP, with a token of its own', async () => {
    const [remote, ...others] = configurations.filter((one) => 'url' in one);
    expect(others).toEqual([]);
    expect(remote?.headers).toEqual({ Authorization: expect.stringMatching(/^Bearer \$\{.*\}$/) });
    const args = [...node.args, 'packages/mcp/src/cli.ts', '--port', '0'];
    const server = spawn(node.command, args, { cwd: root, env: { ...process.env, API_URL: api.url } });
    onTestFinished(() => void server.kill('SIGKILL'));
    const [line] = await once(server.stderr.setEncoding('utf8'), 'data');
    const [url = ''] = /http:\S+\/mcp/.exec(String(line)) ?? [];
    expect(new URL(url).pathname).toBe(new URL(remote?.url ?? '').pathname);
    const client = await connectTo(url, api.token);
    await call(client, 'users_list');
    await client.close();
    server.kill('SIGTERM');
    expect(await once(server, 'exit')).toEqual([0, null]);
  });
});

it('the program of the README serves a router', async () => {
  const program = blocks.find(({ info }) => info === 'ts')?.text ?? '';
  const args = [...node.args, '--input-type=module', '-e', program];
  const { client } = await connectToProcess(api, { command: node.command, args, cwd: join(root, 'packages/mcp') });
  const { tools } = await client.listTools();
  expect(tools.every(({ name }) => name.startsWith('users_'))).toBe(true);
  await call(client, 'users_count');
});
