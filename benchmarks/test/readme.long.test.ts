import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { builtPackages } from './built-packages.js';

const main = fileURLToPath(new URL('../src/main.mjs', import.meta.url));
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const bench = (...args: string[]) => promisify(execFile)(process.execPath, [main, ...args]);
const names = new Set([...readme.matchAll(/^pnpm bench (\w+)/gm)].map(([, name = '']) => name));

describe('the README', () => {
  beforeAll(builtPackages, 180_000);

  it('names every benchmark that there is', async () => {
    const { stderr } = await bench('nothing').catch((error: { stderr: string }) => error);
    const [, list = ''] = /there is ([\w, ]+):/.exec(stderr) ?? [];
    expect(list.split(', ').sort()).toEqual([...names].sort());
  });

  it.for([...names])('names %s, which says how it is used', async (name) => {
    const { stdout } = await bench(name, '--help');
    expect(stdout).toContain(`pnpm bench ${name}`);
  });
});
