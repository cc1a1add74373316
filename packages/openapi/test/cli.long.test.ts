import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { runScript } from '../../../test/run-script.js';

const openapi = (...args: string[]) => runScript('packages/openapi/src/cli.ts', { args });
const root = fileURLToPath(new URL('../../..', import.meta.url));
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const commands = [...readme.matchAll(/^pnpm openapi *(.*)$/gm)].map(([, args = '']) => args.split(' ').filter(Boolean));

describe.concurrent('openapi', () => {
  it('prints the document', async () => {
    const { exitCode, stdout, stderr } = await openapi(...(commands[0] ?? []));
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ openapi: '3.1.1', servers: [{ url: 'http://127.0.0.1:3000' }] });
  });

  it('ends quietly if its reader closes the pipe', async () => {
    const command = `'${process.execPath}' --conditions=@aws-starter-kit/source --import tsx packages/openapi/src/cli.ts`;
    const first = await promisify(execFile)('bash', ['-c', `set -o pipefail; ${command} | head -c 1`], { cwd: root });
    expect(first).toEqual({ stdout: '{', stderr: '' }); // a failure of either would reject
  });

  it('writes the document with the given server', async () => {
    expect(await openapi(...(commands[1] ?? []))).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    const file = fileURLToPath(new URL('../../../.local/openapi.json', import.meta.url));
    const { openapi: version, servers } = JSON.parse(readFileSync(file, 'utf8'));
    expect({ version, servers }).toEqual({ version: '3.1.1', servers: [{ url: 'https://api.example.com' }] });
  });

  it('explains in one line that it cannot write', async () => {
    expect(await openapi('--out', '/dev/null/openapi.json')).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: '/dev/null/openapi.json cannot be written (EEXIST): choose another file with --out\n',
    });
  });
});
