import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Plan } from './plan.js';
import { Refusal } from './refusal.js';

const run = promisify(execFile);
const lockfile = 'pnpm-lock.yaml';

export interface CarryOutOptions {
  root: string;
  /** Stops the work and takes back what was done. */
  signal: AbortSignal;
}

/**
 * Writes what was planned, in the format of the project, and links the new package. Sources that are there come last, when what they name can be
 * loaded: `pnpm dev` starts anew with each of them. If anything fails, all is as it was before.
 */
export async function carryOut({ made, changed }: Plan, { root, signal }: CarryOutOptions): Promise<void> {
  const at = (path: string) => join(root, path);
  const written: string[] = [];
  const folders: string[] = [];
  const before = new Map([...changed.keys(), lockfile].map((path) => [path, readFileSync(at(path))]));
  try {
    const all = [...made, ...changed];
    const isLast = (path: string) => changed.has(path) && path.endsWith('.ts');
    await write(all.filter(([path]) => !isLast(path)));
    // frozen is what pnpm takes for granted in CI, and the lockfile has to learn of the package
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
      writeFileSync(at(path), text, made.has(path) ? { flag: 'wx' } : {});
      written.push(path);
    }
    await step('Its format', [at('node_modules/.bin/biome'), 'check', '--write', ...files.map(([path]) => path)]);
  }

  async function step(what: string, [command = '', ...args]: string[]): Promise<void> {
    await run(command, args, { cwd: root, signal }).catch(
      (error: { stdout?: string; stderr?: string; message: string }) => {
        if (signal.aborted) throw new Refusal('Stopped: all is as it was before');
        const said = (error.stderr || error.stdout || error.message).trim();
        throw new Refusal(`${what} failed, and all is as it was before. What was said:\n${said}`);
      },
    );
  }
}
