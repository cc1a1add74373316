import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { pretending } from './old-node.js';

const cwd = fileURLToPath(new URL('../..', import.meta.url));

// Tried by hand with the real ones, 18.20.8 and 20.11.1: the registry has them as packages, but a test should not fetch 40 MB.
it.each(['dev', 'test', 'table print'])('pnpm %s on a Node that is too old says so, and starts nothing', (command) => {
  const env = { ...process.env, NODE_OPTIONS: pretending('20.11.1') };
  const { status, stdout, stderr } = spawnSync('npx', ['pnpm', ...command.split(' ')], { cwd, env, encoding: 'utf8' });
  expect(status).not.toBe(0);
  expect(stdout + stderr).toContain('This needs Node 20.19 or later; the one that runs is 20.11.1');
  expect(stdout + stderr).not.toMatch(/SyntaxError|DynamoDB at|TableName|RUN/);
});
