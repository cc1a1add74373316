import { execFileSync, spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { root } from './blocks.js';

/** Folder of `pnpm`, for the PATH of a user who has installed it. */
export const pnpm = dirname(
  execFileSync('npx', ['--package', 'pnpm', '-c', 'command -v pnpm'], { cwd: root, encoding: 'utf8' }),
);

/** Without the variables of vitest and pnpm, which would change what the commands do. */
const inherited = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) =>
      !/^(npm_(?!config_(registry|cache|userconfig))|VITEST|NODE_ENV|NODE_OPTIONS|INIT_CWD|FORCE_COLOR)/i.test(name),
  ),
);

export interface Typed {
  folder: string;
  env?: Readonly<Record<string, string>>;
  /** Ctrl-C is sent once the output matches. */
  until?: RegExp | undefined;
}

/** Runs a line as typed in a terminal, in a process group of its own, which Ctrl-C ends. */
export async function type(line: string, typed: Typed) {
  const { output, ended, interrupt } = start(line, typed);
  let isStopped = false;
  output.on = (text) => {
    if (isStopped || !typed.until?.test(text)) return;
    isStopped = true;
    interrupt();
  };
  const exitCode = await ended;
  return { exitCode, output: output.text, isStopped };
}

/** Starts a line that keeps running. */
export function start(line: string, { folder, env = {} }: Typed) {
  const child = spawn('sh', ['-c', line], {
    cwd: folder,
    detached: true,
    env: { ...inherited, PATH: `${pnpm}:${process.env.PATH}`, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { text: '', on: (_text: string) => {} };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output.text += text;
      output.on(output.text);
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { output, ended, interrupt: () => child.pid !== undefined && process.kill(-child.pid, 'SIGINT') };
}
