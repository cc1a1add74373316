import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runScript } from '../../../test/run-script.js';
import { bareRepository } from './bare-repository.js';

const gen = (args: string[]) => runScript('packages/generator/src/cli.ts', { args });
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

describe('pnpm gen', () => {
  it('shows what it would write, as the README does, and writes nothing', async () => {
    const [, command = ''] = /^pnpm gen (.*) --dry-run$/m.exec(readme) ?? [];
    const [, tree] = /```text\n(.*?)```/s.exec(readme) ?? [];
    const args = [...command.matchAll(/"([^"]*)"|\S+/g)].map(([whole, quoted]) => quoted ?? whole);
    const root = bareRepository(onTestFinished);
    const { exitCode, stdout, stderr } = await gen([...args, '--dry-run', '--root', root]);
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: tree, stderr: '' });
    expect(existsSync(join(root, 'packages/products'))).toBe(false);
  });

  it('refuses what cannot be in one line', async () => {
    const { exitCode, stdout, stderr } = await gen(['entity', 'user', '--fields', 'name:string']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toBe('There is an entity user (users) already: take another name\n');
  });

  it('refuses a folder that is no copy of this repository', async () => {
    const { exitCode, stderr } = await gen([
      'entity',
      'product',
      '--fields',
      'name:string',
      '--root',
      '/no/such/folder',
    ]);
    const says = '/no/such/folder is no copy of this repository: it has no apps/api/src/services.ts\n';
    expect([exitCode, stderr]).toEqual([1, says]);
  });

  it('says what it does not know', async () => {
    const { exitCode, stderr } = await gen(['entity', 'product', '--feilds', 'name:string']);
    expect([exitCode, stderr]).toEqual([1, "error: unknown option '--feilds'\n(Did you mean --fields?)\n"]);
  });
});
