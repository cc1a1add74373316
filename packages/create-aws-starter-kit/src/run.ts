import { spawn } from 'node:child_process';

export interface Run {
  readonly exitCode: number;
  /** Standard output and standard error; empty if they were shown. */
  readonly output: string;
}

/** Variables that npm sets for this command. They would direct another npm to the folder of the first. */
const ofNpm = /^(npm_(?!config_(registry|cache|userconfig|prefer_offline|fetch_\w+)$)|INIT_CWD$)/i;

/** Ctrl-C reaches the command, too. This process waits for its end, and then reports the state. */
const waitForCommand = () => {};

/**
 * Runs a command in a folder. With `show`, its output goes to the terminal. The exit code is 127 if the command is
 * missing.
 */
export async function run(
  command: string,
  args: readonly string[],
  { folder, show = false }: { folder: string; show?: boolean },
): Promise<Run> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !ofNpm.test(name)));
  const child = spawn(command, args, {
    cwd: folder,
    env,
    stdio: show ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32' && command === 'npx', // npx is a script there
  });
  process.on('SIGINT', waitForCommand);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? resolve(127) : reject(error)));
    child.once('close', (code) => resolve(code ?? 1));
  });
  process.off('SIGINT', waitForCommand);
  return { exitCode, output };
}
