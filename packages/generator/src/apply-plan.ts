import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Plan } from './plan.js';
import { UsageError } from './usage-error.js';

const run = promisify(execFile);
const lockfile = 'pnpm-lock.yaml';

export interface ApplyOptions {
  root: string;
  /** Stops the work and reverts it. */
  signal: AbortSignal;
}

/**
 * Writes and formats the files of a plan, and links the new package. Existing sources are changed last, when their new
 * imports resolve: `pnpm dev` restarts at each change. If anything fails, all changes are reverted.
 */
export async function applyPlan({ created, changed }: Plan, { root, signal }: ApplyOptions): Promise<void> {
  const at = (path: string) => join(root, path);
  const written: string[] = [];
  const folders: string[] = [];
  const before = new Map([...changed.keys(), lockfile].map((path) => [path, readFileSync(at(path))]));
  try {
    const all = [...created, ...changed];
    const isLast = (path: string) => changed.has(path) && path.endsWith('.ts');
    await write(all.filter(([path]) => !isLast(path)));
    // in CI pnpm defaults to a frozen lockfile, but the new package has to be added to it
    await step('Linking the package', ['npx', 'pnpm', 'install', '--prefer-offline', '--no-frozen-lockfile']);
    await write(all.filter(([path]) => isLast(path)));
  } catch (error) {
    for (const path of written) rmSync(at(path));
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    for (const [path, bytes] of before) writeFileSync(at(path), bytes);
    throw error;
  }

  async function write(files: readonly [path: string, text: string][]): Promise<void> {
    for (const [path, text] of files) {
      const folder = mkdirSync(dirname(at(path)), { recursive: true });
      if (folder) folders.push(folder);
      writeFileSync(at(path), text, created.has(path) ? { flag: 'wx' } : {});
      written.push(path);
    }
    await step('Formatting', [at('node_modules/.bin/biome'), 'check', '--write', ...files.map(([path]) => path)]);
  }

  async function step(title: string, [command = '', ...args]: string[]): Promise<void> {
    await run(command, args, { cwd: root, signal }).catch(
      (error: { stdout?: string; stderr?: string; message: string }) => {
        if (signal.aborted) throw new UsageError('Stopped. All changes were reverted.');
        const output = (error.stderr || error.stdout || error.message).trim();
        throw new UsageError(`${title} failed. All changes were reverted. The output was:\n${output}`);
      },
    );
  }
}
