import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { expect, onTestFinished } from 'vitest';
import { mcpHttpApp, procedureTools, type ToolError } from '../src/index.js';

/** The protocol of the official client: that of 2025, with a handshake, or the newest, without. */
export const protocols = ['legacy', 'auto'] as const;
export const newClient = (mode: (typeof protocols)[number] = 'auto') =>
  new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } });

export type Endpoint = Omit<Parameters<typeof mcpHttpApp>[0], 'tools' | 'allowWrites'> & {
  router: Parameters<typeof procedureTools>[0];
  only?: readonly string[];
  allowWrites?: boolean;
};

/** Starts an endpoint, which ends with the test. Returns its URL. */
export async function endpointOf({ router, only, allowWrites = false, ...options }: Endpoint): Promise<string> {
  const app = mcpHttpApp({ ...options, tools: procedureTools(router, only), allowWrites });
  onTestFinished(() => app.close());
  return `${await app.listen({ port: 0, host: '127.0.0.1' })}/mcp`;
}

/** Connects the official client over HTTP, with a token. It knows the tools, so it checks answers by their schemas. */
export async function connectTo(url: string, token: string, mode?: (typeof protocols)[number]): Promise<Client> {
  const client = newClient(mode);
  onTestFinished(() => client.close());
  const headers = { authorization: `Bearer ${token}` };
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
  await client.listTools();
  return client;
}

/** Calls a tool that has to succeed, and returns its structured content. */
export async function call(client: Client, name: string, args: Record<string, unknown> = {}) {
  const { content, structuredContent, isError } = await client.callTool({ name, arguments: args });
  expect({ isError, content }).toEqual({
    isError: undefined,
    content: [{ type: 'text', text: JSON.stringify(structuredContent) }],
  });
  return Object(structuredContent);
}

/** Calls a tool that has to fail, and returns the error. */
export async function failureOf(client: Client, name: string, args: Record<string, unknown> = {}): Promise<ToolError> {
  const { content, isError } = await client.callTool({ name, arguments: args });
  expect(isError).toBe(true);
  const [first] = content;
  const text = first?.type === 'text' ? first.text : expect.unreachable('an error is text');
  expect(text).not.toMatch(/\n\s+at |node_modules/);
  return JSON.parse(text);
}
