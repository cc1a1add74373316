import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runScript } from '../../../test/run-script.js';
import { bareRepository } from './bare-repository.js';

const gen = (args: string[]) => runScript('packages/generator/src/cli.ts', { args });
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

describe('pnpm gen', () => {
  it('prints the files of the README in a dry run, and writes nothing', async () => {
    const [, command = ''] = /^pnpm gen (.*) --dry-run$/m.exec(readme) ?? [];
    const [, tree] = /```text\n(.*?)```/s.exec(readme) ?? [];
    const args = [...command.matchAll(/"([^"]*)"|\S+/g)].map(([whole, quoted]) => quoted ?? whole);
    const root = bareRepository(onTestFinished);
    const { exitCode, stdout, stderr } = await gen([...args, '--dry-run', '--root', root]);
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: tree, stderr: '' });
    expect(existsSync(join(root, 'packages/products'))).toBe(false);
  });

  it('rejects an invalid entity with one line', async () => {
    const { exitCode, stdout, stderr } = await gen(['entity', 'user', '--fields', 'name:string']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toBe('The entity user (users) already exists: choose another name\n');
  });

  it('rejects a folder that is not a copy of this repository', async () => {
    const { exitCode, stderr } = await gen([
      'entity',
      'product',
      '--fields',
      'name:string',
      '--root',
      '/no/such/folder',
    ]);
    const message = '/no/such/folder is not a copy of this repository: it has no apps/api/src/services.ts\n';
    expect([exitCode, stderr]).toEqual([1, message]);
  });

  it('names an unknown option', async () => {
    const { exitCode, stderr } = await gen(['entity', 'product', '--feilds', 'name:string']);
    expect([exitCode, stderr]).toEqual([1, "error: unknown option '--feilds'\n(Did you mean --fields?)\n"]);
  });
});
