import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import type { Image } from './build-image.js';
import { asRoot, besideProcess, inNamespace } from './namespace.js';

export interface Container {
  /** Its output so far. */
  output(): string;
  /** The status of process 1 by the kernel, such as `{ Uid: '65532 65532 65532 65532' }`. */
  status(): Record<string, string>;
  /** Runs a further program in it, as `docker exec` and the health check do. */
  exec(program: readonly string[], env?: Readonly<Record<string, string>>): { exitCode: number | null; output: string };
  kill(signal: string): void;
  /** Ends it as `docker stop` does: by the signal of the image, and by SIGKILL after 10 s. Returns its exit code. */
  stop(): Promise<number | null>;
  ended: Promise<number | null>;
}

export interface ContainerOptions {
  env?: Readonly<Record<string, string>>;
  /** In place of the command of the image. */
  command?: readonly string[];
  tmpfs?: Readonly<Record<string, number>>;
  /** Resolves {@link startContainer} when the output matches, or when the container has ended. */
  until: RegExp;
}

/**
 * Starts a container as `docker run --read-only --cap-drop ALL --security-opt no-new-privileges --network host` would. Its network is that of
 * this machine, for the engine and the issuer.
 */
export async function startContainer(
  image: Image,
  { env = {}, command, tmpfs, until }: ContainerOptions,
): Promise<Container> {
  const { user = '0:0', binds, root, workdir } = image;
  const variables = { HOME: '/home/nonroot', ...image.env, ...env };
  const view = { ...{ root, binds, workdir, user, env: variables, isReadOnly: true }, ...(tmpfs && { tmpfs }) };
  const [program = '', ...args] = inNamespace(view, [...image.entrypoint, ...(command ?? image.command)]);
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  let output = '';
  await new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (piece: string) => {
        output += piece;
        if (until.test(output)) resolve();
      });
    }
    ended.then(() => resolve());
  });
  const first = child.exitCode === null ? firstProcess(child.pid ?? 0) : undefined;
  const kill = (signal: string) => {
    // process 0 would be this test and all that it has started
    if (first === undefined) throw new Error(`The container has ended: ${output}`);
    if (child.exitCode === null) runAsRoot('kill', `-${signal}`, String(first));
  };
  return {
    output: () => output,
    status: () => (first === undefined ? {} : statusOf(first)),
    exec: (what, more = {}) => {
      if (first === undefined) throw new Error(`The container has ended: ${output}`);
      const [nsenter = '', ...rest] = besideProcess(first, user, { ...variables, ...more }, what);
      const { status, stdout, stderr } = spawnSync(nsenter, rest, { encoding: 'utf8' });
      return { exitCode: status, output: stdout + stderr };
    },
    kill,
    stop: async () => {
      kill(image.stopSignal);
      const late = setTimeout(() => kill('SIGKILL'), 10_000);
      const exitCode = await ended;
      clearTimeout(late);
      return exitCode;
    },
    ended,
  };
}

function runAsRoot(...command: string[]): void {
  const [program = '', ...args] = [...(asRoot ?? []), ...command];
  execFileSync(program, args);
}

/** Returns the process below another one that is the first of its namespace. */
function firstProcess(ancestor: number): number {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  let below = new Set([String(ancestor)]);
  for (;;) {
    const children = processes.filter((pid) => below.has(statusOf(pid).PPid ?? ''));
    const first = children.find((pid) => / 1$/.test(statusOf(pid).NSpid ?? ''));
    if (first !== undefined) return Number(first);
    if (children.length === 0) throw new Error(`Nothing below process ${ancestor} is the first of a namespace`);
    below = new Set(children);
  }
}

function statusOf(pid: number | string): Record<string, string> {
  try {
    const lines = readFileSync(`/proc/${pid}/status`, 'utf8').split('\n');
    return Object.fromEntries(lines.map((line) => [line.split(':')[0], line.split(/:\s*/)[1]?.replaceAll('\t', ' ')]));
  } catch {
    return {}; // it has ended
  }
}
