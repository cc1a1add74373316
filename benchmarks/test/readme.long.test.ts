import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../src/main.mjs', import.meta.url));
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const run = promisify(execFile);
const names = new Set([...readme.matchAll(/^pnpm bench (\w+)/gm)].map(([, name = '']) => name));

describe('the README', () => {
  it('names every benchmark that there is', async () => {
    const { stderr } = await run(process.execPath, [main, 'nothing']).catch((error: { stderr: string }) => error);
    const [, list = ''] = /there is ([\w, ]+):/.exec(stderr) ?? [];
    expect(list.split(', ').sort()).toEqual([...names].sort());
  });
});
