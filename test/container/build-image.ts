import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { baseImage } from './base-images.js';
import { expand, readDockerfile, type Stage, type Step } from './dockerfile.js';
import { inNamespace } from './namespace.js';

/** The image that a container starts from. */
export interface Image {
  /** The folder that is its root. */
  root: string;
  binds: Record<string, string>;
  env: Record<string, string>;
  labels: Record<string, string>;
  workdir: string;
  user: string | undefined;
  entrypoint: readonly string[];
  command: readonly string[];
  healthcheck: readonly string[];
  stopSignal: string;
}

export interface Build {
  dockerfile: string;
  /** Folder of the files that may be copied. */
  context: string;
  /** An empty folder: each stage gets one in it. */
  folder: string;
  /** Folders for cache mounts, by path in the build. All other cache mounts start empty. */
  caches?: Record<string, string>;
  /** Environment variables of the commands, such as the proxy that a builder passes on. */
  commandEnv?: Record<string, string>;
  args?: Record<string, string>;
}

/**
 * Runs the instructions of a Dockerfile, stage by stage, and returns the last stage. @throws Error for a failed or
 * unknown instruction
 */
export async function buildImage(build: Build): Promise<Image> {
  const { args, stages } = readDockerfile(build.dockerfile);
  const globals: Record<string, string | undefined> = { BUILDPLATFORM: 'linux/amd64', TARGETPLATFORM: 'linux/amd64' };
  for (const { properties } of args) {
    for (const [name, value] of properties) globals[name] = build.args?.[name] ?? value;
  }
  const images = new Map<string, Image>();
  for (const [index, stage] of stages.entries()) {
    const [reference = '', as, name = String(index)] = stage.from.text.split(/\s+/);
    if (as !== undefined && as.toUpperCase() !== 'AS')
      throw new Error(`Line ${stage.from.line}: FROM … AS …, but it has ${as}`);
    for (const [, value] of stage.from.flags) expand(value, globals);
    const root = path.join(build.folder, name);
    mkdirSync(root);
    images.set(name, await runStage(stage, { ...build, root, reference: expand(reference, globals), images }));
  }
  const last = [...images.values()].at(-1);
  if (last === undefined) throw new Error('The Dockerfile has no stage');
  return last;
}

interface StageRun extends Build {
  root: string;
  reference: string;
  images: ReadonlyMap<string, Image>;
}

async function runStage({ steps }: Stage, run: StageRun): Promise<Image> {
  const { root, reference } = run;
  const image: Image = {
    ...{ root, binds: baseImage(reference)(root), env: {}, labels: {}, workdir: '/', user: undefined },
    ...{ entrypoint: [], command: [], healthcheck: [], stopSignal: 'SIGTERM' },
  };
  const args: Record<string, string | undefined> = {};
  for (const step of steps) {
    const filled = (text: string) => expand(text, { ...args, ...image.env });
    const values = () =>
      Object.fromEntries(step.properties.map(([name, value]) => [name, filled(value ?? '')] as const));
    switch (step.keyword) {
      case 'ARG':
        for (const [name, value] of step.properties) args[name] = run.args?.[name] ?? value;
        break;
      case 'ENV':
        Object.assign(image.env, values());
        break;
      case 'LABEL':
        Object.assign(image.labels, values());
        break;
      case 'WORKDIR':
        image.workdir = path.posix.resolve(image.workdir, filled(step.text));
        mkdirSync(root + image.workdir, { recursive: true });
        break;
      case 'COPY':
        copy(step, image, run);
        break;
      case 'RUN':
        await runCommand(step, { ...image, env: { ...defined(args), ...image.env } }, run);
        break;
      case 'USER':
        image.user = filled(step.text);
        break;
      case 'STOPSIGNAL':
        image.stopSignal = filled(step.text);
        break;
      case 'ENTRYPOINT':
        image.entrypoint = execForm(step);
        break;
      case 'CMD':
        image.command = execForm(step);
        break;
      case 'HEALTHCHECK':
        image.healthcheck = execForm(step);
        break;
      case 'EXPOSE':
        break; // documentation only
      default:
        throw new Error(`Line ${step.line}: ${step.keyword} cannot be run here`);
    }
  }
  return image;
}

/** Requires the exec form, since the image has no shell, and signals have to reach the process. */
function execForm({ exec, keyword, line }: Step): readonly string[] {
  if (exec === undefined)
    throw new Error(`Line ${line}: ${keyword} needs the exec form: ${keyword} ["program", "argument"]`);
  return exec;
}

function copy({ text, flags, line }: Step, image: Image, { context, images }: StageRun): void {
  const [source = '', target = '', ...more] = text.split(/\s+/);
  if (more.length > 0 || /[*?[]/.test(source))
    throw new Error(`Line ${line}: only COPY <one path> <path> can be run here`);
  const from = flags.find(([name]) => name === 'from')?.[1];
  const base = from === undefined ? context : images.get(from)?.root;
  if (base === undefined) throw new Error(`Line ${line}: there is no stage ${from}`);
  const place = path.join(image.root, path.posix.resolve(image.workdir, target));
  const origin = path.join(base, source);
  if (!existsSync(origin)) throw new Error(`Line ${line}: ${source} does not exist`);
  mkdirSync(place, { recursive: true });
  // like Docker: copies the entries of a folder, and not the folder itself
  for (const entry of readdirSync(origin)) {
    cpSync(path.join(origin, entry), path.join(place, entry), { recursive: true, verbatimSymlinks: true });
  }
}

async function runCommand({ text, flags, line }: Step, image: Image, { folder, caches = {}, commandEnv }: StageRun) {
  const mounts = flags.map(([, value]) => cacheTarget(value, line));
  const binds = { ...image.binds };
  for (const target of mounts) {
    binds[target] = caches[target] ?? path.join(folder, 'caches', target);
    mkdirSync(binds[target], { recursive: true });
    mkdirSync(image.root + target, { recursive: true });
  }
  const env = { HOME: '/root', ...commandEnv, ...image.env };
  const view = { ...{ root: image.root, binds, writable: mounts, workdir: image.workdir, env }, user: image.user };
  const [program = '', ...args] = inNamespace(view, ['/bin/sh', '-c', text]);
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (piece: string) => {
      output += piece;
    });
  }
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`Line ${line}: RUN ended with ${code}:\n${output.slice(-4000)}`);
}

function cacheTarget(mount: string, line: number): string {
  const { type, target, ...more } = Object.fromEntries(mount.split(',').map((part) => part.split('=')));
  if (type === 'cache' && typeof target === 'string' && Object.keys(more).length === 0) return target;
  throw new Error(`Line ${line}: only --mount=type=cache,target=<path> can be run here, but it has ${mount}`);
}

const defined = (variables: Record<string, string | undefined>) =>
  Object.fromEntries(Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined));
