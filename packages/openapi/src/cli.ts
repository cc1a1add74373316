import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { appRouter } from '@aws-starter-kit/api/router';
import { Command } from 'commander';
import { openApiDocument } from './open-api-document.js';

// a reader that closes the pipe, such as `head`, is not a failure
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const { out, server } = new Command('openapi')
  .description('Describes the API as an OpenAPI 3.1 document, for clients in other languages.')
  .option('--out <file>', 'file to write (default: stdout)')
  .option('--server <url>', 'URL of the API', 'http://127.0.0.1:3000')
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
    process.stderr.write(
      `${file} cannot be written (${(error as NodeJS.ErrnoException).code}): choose another file with --out\n`,
    );
    process.exitCode = 1;
  }
}
