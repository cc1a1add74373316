import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runScript } from '../../../test/run-script.js';

const openapi = (...args: string[]) => runScript('packages/openapi/src/cli.ts', { args });
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const commands = [...readme.matchAll(/^pnpm openapi *(.*)$/gm)].map(([, args = '']) => args.split(' ').filter(Boolean));

describe.concurrent('openapi', { timeout: 60_000 }, () => {
  it('prints the document', async () => {
    const { exitCode, stdout, stderr } = await openapi(...(commands[0] ?? []));
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ openapi: '3.1.1', servers: [{ url: 'http://127.0.0.1:3000' }] });
  });

  it('writes it, with the server that it is told', async () => {
    expect(await openapi(...(commands[1] ?? []))).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    const file = fileURLToPath(new URL('../../../.local/openapi.json', import.meta.url));
    const { openapi: version, servers } = JSON.parse(readFileSync(file, 'utf8'));
    expect({ version, servers }).toEqual({ version: '3.1.1', servers: [{ url: 'https://api.example.com' }] });
  });

  it('says in one line where it cannot write', async () => {
    expect(await openapi('--out', '/dev/null/openapi.json')).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: '/dev/null/openapi.json cannot be written (EEXIST): give another --out\n',
    });
  });
});
