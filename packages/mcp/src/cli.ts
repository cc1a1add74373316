import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { appRouter } from '@aws-starter-kit/api/router';
import { isLoopback } from '@aws-starter-kit/table/target';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { Command, InvalidArgumentError, Option } from 'commander';
import { ownToken, toolApi } from './api-access.js';
import { mcpHttpApp } from './http-app.js';
import { mcpServer } from './mcp-server.js';
import { procedureTools } from './procedure-tools.js';
import { UsageError } from './usage-error.js';

interface Options {
  url: string;
  only?: string[];
  allowWrites: boolean;
  port?: number;
  host: string;
  publicUrl?: string;
}

try {
  // as in the API, environment variables take precedence
  const envFile = ['.env', fileURLToPath(new URL('../../../.env', import.meta.url))].find((file) => existsSync(file));
  if (envFile) process.loadEnvFile(envFile);
  await serve(parseOptions());
} catch (error) {
  const { code, message, stack } = error as NodeJS.ErrnoException;
  const isOfUser = error instanceof UsageError || ['EADDRINUSE', 'EADDRNOTAVAIL', 'EACCES'].includes(code ?? '');
  process.stderr.write(`${isOfUser ? message : stack}\n`);
  process.exitCode = 1;
}

function parseOptions(): Options {
  const defaultUrl = `http://127.0.0.1:${process.env.PORT || 3000}`;
  const url = new Option('--url <url>', 'URL of the API').env('API_URL').default(defaultUrl);
  return new Command('mcp')
    .description('Serves the procedures of the API as tools to MCP clients: on stdin and stdout, or over HTTP.')
    .addOption(url.argParser((text) => parseUrl(text || defaultUrl))) // an empty variable counts as not set
    .option('--only <patterns...>', 'procedures to serve, such as "users.*" (default: all)')
    .option('--allow-writes', 'serve mutations too', false)
    .option('--port <port>', 'serve over HTTP at this port; 0: any free port', parsePort)
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .option('--public-url <url>', 'URL of the endpoint as clients see it', parseUrl)
    .addHelpText(
      'after',
      `
On stdin and stdout, calls have the token in API_TOKEN; for an API on this machine, by default that of "pnpm dev".
Over HTTP, each request brings its own token. AUTH_ISSUER is the issuer that clients get it from.`,
    )
    .parse()
    .opts<Options>();
}

async function serve({ url, only, allowWrites, port, host, publicUrl }: Options): Promise<void> {
  const served = { tools: procedureTools(appRouter, only), allowWrites };
  if (port === undefined) {
    const api = toolApi({ url }, { token: ownToken(url, process.env) });
    serveStdio(() => mcpServer(served, api), { onerror: ({ message }) => process.stderr.write(`${message}\n`) });
    return;
  }
  if (!isLoopback(`http://${host.includes(':') ? `[${host}]` : host}`) && !publicUrl?.startsWith('https:'))
    throw new UsageError(`Others can reach ${host}: add --public-url with the https URL at which they do`);
  const app = mcpHttpApp({ ...served, url, publicUrl, issuer: process.env.AUTH_ISSUER || undefined });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => app.close());
  process.stderr.write(`MCP at ${await app.listen({ port, host })}/mcp, for the API at ${url}\n`);
}

function parseUrl(text: string): string {
  if (!URL.canParse(text) || !/^https?:/.test(text))
    throw new InvalidArgumentError('It must be a URL such as http://127.0.0.1:3000.');
  return text.replace(/\/+$/, '');
}

function parsePort(text: string): number {
  if (/^\d+$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 0 to 65535.');
}
