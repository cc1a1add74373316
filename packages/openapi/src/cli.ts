import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { appRouter } from '@aws-starter-kit/api/router';
import { Command } from 'commander';
import { openApiDocument } from './open-api-document.js';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const { out, server } = new Command('openapi')
  .description('Describes the API as an OpenAPI 3.1 document, for clients without TypeScript.')
  .option('--out <file>', 'where to write it; without it, it is printed')
  .option('--server <url>', 'where the API answers', 'http://127.0.0.1:3000')
  .parse()
  .opts<{ out?: string; server: string }>();

const document = `${JSON.stringify(openApiDocument({ router: appRouter, version, serverUrl: server }), null, 2)}\n`;
if (out === undefined) process.stdout.write(document);
else write(out);

function write(file: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, document);
  } catch (error) {
    process.stderr.write(`${file} cannot be written (${(error as NodeJS.ErrnoException).code}): give another --out\n`);
    process.exitCode = 1;
  }
}
