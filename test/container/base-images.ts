import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { asRoot } from './namespace.js';

const node = realpathSync(process.execPath);

/** A replacement for a base image: files for its folder, and paths that are mounted when a program runs in it. */
export type BaseImage = (root: string) => Record<string, string>;

/** Replaces the official image of Node by the programs and the Node of this machine. */
const nodeImage: BaseImage = (root) => {
  const prefix = path.dirname(path.dirname(node));
  const system = ['/bin', '/sbin', '/lib', '/lib64', '/usr', '/etc', ...(prefix.startsWith('/usr') ? [] : [prefix])];
  for (const folder of ['/proc', '/dev', '/tmp', '/root']) mkdirSync(root + folder);
  return Object.fromEntries(
    system.filter(existsSync).flatMap((folder) => {
      if (lstatSync(folder).isSymbolicLink()) symlinkSync(readlinkSync(folder), root + folder);
      else mkdirSync(root + folder, { recursive: true });
      return lstatSync(folder).isSymbolicLink() ? [] : [[folder, folder]];
    }),
  );
};

/**
 * Replaces distroless: has only Node at the same path, the libraries that this Node has loaded, and certificates. It
 * has no shell.
 */
const distrolessImage: BaseImage = (root) => {
  const { sharedObjects } = process.report.getReport() as unknown as { sharedObjects: string[] };
  const libraries = [...sharedObjects, ...loaderOf(node)].filter((file) => file.startsWith('/') && file !== node);
  for (const folder of ['/proc', '/dev', '/tmp', '/home/nonroot', '/nodejs/bin', '/etc/ssl/certs']) {
    mkdirSync(root + folder, { recursive: true });
  }
  for (const file of libraries.filter((file) => !/\.node$/.test(file))) {
    mkdirSync(root + path.dirname(file), { recursive: true });
    copyFileSync(file, root + file);
  }
  writeFileSync(`${root}/nodejs/bin/node`, '');
  writeFileSync(
    `${root}/etc/passwd`,
    'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n',
  );
  const settings = ['/etc/resolv.conf', '/etc/hosts', '/etc/nsswitch.conf'].filter(existsSync);
  for (const file of settings) writeFileSync(root + file, '');
  return { '/nodejs/bin/node': node, ...Object.fromEntries(settings.map((file) => [file, realpathSync(file)])) };
};

/** Returns the dynamic loader of a program, which the kernel starts, and which lists of libraries may omit. */
const loaderOf = (program: string): string[] =>
  execFileSync('ldd', [program], { encoding: 'utf8' }).match(/\/\S*ld-linux\S*/g) ?? [];

/** @throws Error for an image without a replacement */
export function baseImage(reference: string): BaseImage {
  const [repository = ''] = reference.split(/[@:]/);
  if (repository === 'node') return nodeImage;
  if (/^gcr\.io\/distroless\/nodejs\d+-debian\d+$/.test(repository)) return distrolessImage;
  throw new Error(`Nothing on this machine stands for the image ${reference}`);
}

/** Folders of this machine for the cache mounts of a build; none if their files would belong to another user. */
export function machineCaches(): Record<string, string> {
  if (asRoot?.length !== 0 || process.getuid?.() !== 0) return {};
  const ask = (command: string, ...args: string[]) => execFileSync(command, args, { encoding: 'utf8' }).trim();
  return {
    '/npm': ask('npm', 'config', 'get', 'cache'),
    '/pnpm': path.dirname(ask('npx', 'pnpm', 'store', 'path')),
  };
}
