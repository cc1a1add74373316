import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { renameScope } from '@aws-starter-kit/local-dev/rename-scope';
import type { Answers } from './answers.js';
import { copyTemplate } from './copy-template.js';
import { type Run, run } from './run.js';
import { UsageError } from './usage-error.js';

export interface CreateOptions extends Answers {
  /** Folder that contains `template` and `template.json`. */
  readonly dist: string;
  readonly print: (line: string) => void;
}

/**
 * Writes a project, commits it, installs its dependencies and runs it. Returns the exit code. After a failure in a
 * later step, the project remains, and the output has the command that continues.
 */
export async function createProject({ dist, print, ...answers }: CreateOptions): Promise<number> {
  const { folder, name, scope } = answers;
  if (answers.git && (await run('git', ['--version'], { folder: process.cwd() })).exitCode !== 0) {
    throw new UsageError('git was not found: install it, or pass --no-git. Nothing was written.');
  }
  const { version } = copyTemplate(dist, folder);
  renameScope(folder, { scope, name });
  const readme = path.join(folder, 'README.md');
  writeFileSync(readme, readFileSync(readme, 'utf8').replace(/^# .*$/m, `# ${name}`));
  print(`${name} is in ${folder}, with packages named ${scope}/…`);

  const isCommitted = answers.git && (await commitProject(folder, { version, print }));
  const cd = `cd ${path.relative(process.cwd(), folder) || '.'}`;
  if (!answers.install) {
    print(`Next: ${cd} && npx pnpm install && npx pnpm format && npx pnpm dev`);
    return 0;
  }
  print('Installing its dependencies: npx pnpm install');
  const { exitCode, output } = await run('npx', ['pnpm', 'install', '--frozen-lockfile'], { folder });
  if (exitCode !== 0) {
    print(`${lastLines(output)}\nThe project is complete, but its dependencies are not installed: see above.`);
    print(`Is the registry reachable? Then: ${cd} && npx pnpm install && npx pnpm format && npx pnpm dev`);
    return 1;
  }
  await formatProject(folder, { isCommitted, print });
  if (!answers.dev) {
    print(`Next: ${cd} && npx pnpm dev`);
    return 0;
  }
  print('Starting it: npx pnpm dev (Ctrl-C ends it)');
  return (await run('npx', ['pnpm', 'dev'], { folder, show: true })).exitCode;
}

/**
 * Runs git. Upgrades merge through these commits. They are not signed, and the starter kit is their author if git has
 * none configured.
 */
async function git(args: readonly string[], folder: string): Promise<Run> {
  const { exitCode } = await run('git', ['var', 'GIT_AUTHOR_IDENT'], { folder });
  const author = ['-c', 'user.name=aws-starter-kit', '-c', 'user.email=aws-starter-kit@localhost'];
  return run('git', ['-c', 'commit.gpgsign=false', ...(exitCode === 0 ? [] : author), ...args], { folder });
}

/** Makes the first commit, and the branch `template` at it, through which later versions are merged. */
async function commitProject(
  folder: string,
  { version, print }: { version: string; print: (line: string) => void },
): Promise<boolean> {
  const steps = [
    ['init', '--quiet', '--initial-branch=main'],
    ['add', '--all'],
    ['commit', '--quiet', '--message', `Start from aws-starter-kit ${version}`],
    ['branch', 'template'],
  ];
  for (const step of steps) {
    const { exitCode, output } = await git(step, folder);
    if (exitCode === 0) continue;
    print(`${lastLines(output)}\nThe files are written, but not committed: git ${step[0]} failed, see above.`);
    return false;
  }
  return true;
}

/**
 * Sorts imports and breaks lines for the new scope in a second commit, so that `template` remains identical to the
 * package.
 */
async function formatProject(
  folder: string,
  { isCommitted, print }: { isCommitted: boolean; print: (line: string) => void },
): Promise<void> {
  const biome = ['pnpm', 'exec', 'biome', 'check', '--write', '--linter-enabled=false', '--log-level=error'];
  const { exitCode, output } = await run('npx', biome, { folder });
  if (exitCode !== 0) print(`${lastLines(output)}\nThe files are not formatted: run npx pnpm format.`);
  if (!isCommitted) return;
  const { output: changes } = await run('git', ['status', '--porcelain'], { folder });
  if (changes === '') return;
  await git(['commit', '--quiet', '--all', '--message', 'Format for the names of the packages'], folder);
}

const lastLines = (text: string) => text.trimEnd().split('\n').slice(-6).join('\n');
