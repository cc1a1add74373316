#!/usr/bin/env node
// Plain JavaScript that any Node can read, so that one that is too old is told so.
import { readFileSync } from 'node:fs';

const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const oldest = engines.node.replace('>=', '');
const { node } = process.versions;
if (node.localeCompare(oldest, 'en', { numeric: true }) < 0) {
  process.stderr.write(
    `This needs Node ${oldest} or later; the one that runs is ${node}. Nothing was written.\n` +
      'Install Node 22 (https://nodejs.org/en/download), then run the same command again.\n',
  );
  process.exit(1);
}
await import('../dist/create.js');
