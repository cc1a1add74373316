import type { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { onTestFinished } from 'vitest';
import type { ApiOnOwnEngine } from '../../../test/api-on-own-engine.js';
import { root } from '../../../test/docs/blocks.js';
import { newClient, type protocols } from './connected-client.js';

/** Node with TypeScript. */
export const node = {
  command: process.execPath,
  args: ['--conditions=@aws-starter-kit/source', '--import', 'tsx'],
} as const;

type Server = Partial<ConstructorParameters<typeof StdioClientTransport>[0]>;

/**
 * Connects the official client to a process, by default to `pnpm mcp` with the given arguments. `errors` has all
 * standard output that is not a message.
 */
export async function connectToProcess(
  { url, token }: ApiOnOwnEngine,
  { command, args = [], env, cwd = root }: Server,
  mode: (typeof protocols)[number] = 'auto',
): Promise<{ client: Client; errors: Error[] }> {
  const client = newClient(mode);
  onTestFinished(() => client.close());
  const errors: Error[] = [];
  client.onerror = (error) => errors.push(error);
  const program = command ? { command, args } : { ...node, args: [...node.args, 'packages/mcp/src/cli.ts', ...args] };
  const { PATH = '' } = process.env;
  await client.connect(
    new StdioClientTransport({ ...program, cwd, env: { PATH, API_URL: url, API_TOKEN: token, ...env } }),
  );
  return { client, errors };
}
