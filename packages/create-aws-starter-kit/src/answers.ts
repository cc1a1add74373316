import path from 'node:path';
import { scopeProblem } from '@aws-starter-kit/local-dev/rename-scope';
import { confirm, isCancel, text } from '@clack/prompts';
import { UsageError } from './usage-error.js';

/** The options of the command line. An undefined option is asked for, or gets its default. */
export interface Options {
  readonly folder?: string | undefined;
  readonly name?: string | undefined;
  readonly scope?: string | undefined;
  readonly install: boolean;
  readonly dev?: boolean | undefined;
  readonly git: boolean;
  readonly yes: boolean;
}

export interface Answers {
  /** Absolute path of the new project. */
  readonly folder: string;
  readonly name: string;
  readonly scope: string;
  readonly install: boolean;
  readonly dev: boolean;
  readonly git: boolean;
}

/** Completes the options. Asks at most three questions, and none without a terminal or with `yes`. */
export async function completeOptions(options: Options, { isTerminal }: { isTerminal: boolean }): Promise<Answers> {
  const mayAsk = isTerminal && !options.yes;
  const folder = options.folder ?? (mayAsk ? await askFolder() : undefined);
  if (folder === undefined) {
    throw new UsageError('A folder is missing: npm create aws-starter-kit@latest my-app');
  }
  const name = options.name ?? path.basename(path.resolve(folder));
  reject(nameProblem(name));
  const scope = options.scope ?? (mayAsk ? await askScope(`@${name}`) : `@${name}`);
  reject(scopeProblem(scope));
  const { install, git } = options;
  const dev = install && (options.dev ?? (mayAsk ? await askDev() : false));
  return { folder: path.resolve(folder), name, scope, install, dev, git };
}

/** Returns the problem with a project name in one line, or undefined. */
export function nameProblem(name: string): string | undefined {
  if (/^[a-z\d][a-z\d._-]{0,100}$/.test(name)) return undefined;
  return `The name is ${JSON.stringify(name)}; it must be lower-case letters, digits, - . or _. Choose one with --name my-app.`;
}

function reject(problem: string | undefined): void {
  if (problem !== undefined) throw new UsageError(problem);
}

const askFolder = async () =>
  answered(
    await text({
      message: 'Folder and name of the project',
      placeholder: 'my-app',
      defaultValue: 'my-app',
      validate: (value = '') => nameProblem(path.basename(path.resolve(value || 'my-app'))),
    }),
  );

const askScope = async (scope: string) =>
  answered(
    await text({
      message: 'Scope of its packages',
      placeholder: scope,
      defaultValue: scope,
      validate: (value = '') => scopeProblem(value || scope),
    }),
  );

const askDev = async () => answered(await confirm({ message: 'Run it after the installation (pnpm dev)?' }));

function answered<T>(answer: T): Exclude<T, symbol> {
  if (isCancel(answer)) throw new UsageError('Cancelled. Nothing was written.');
  return answer as Exclude<T, symbol>;
}
