import { execFileSync, spawnSync } from 'node:child_process';

/** The file systems of a process in separate namespaces. */
export interface View {
  /** The folder that is mounted as the root. */
  readonly root: string;
  /** Folders and files of this machine, by their path below the root. They can only be read unless `writable` names the path. */
  readonly binds: Readonly<Record<string, string>>;
  readonly writable?: readonly string[];
  /** Empty file systems in memory, by their path, with their owner. */
  readonly tmpfs?: Readonly<Record<string, number>>;
  /** True to make everything else read-only, too. */
  readonly isReadOnly?: boolean;
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
  /** @default root */
  readonly user?: string | undefined;
}

const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Mounts need root: the prefix of a command that has its rights. Undefined if this user cannot get them, or if this is no Linux. */
export const asRoot: readonly string[] | undefined = [[], ['sudo', '-n']].find((prefix) => {
  const [command = '', ...args] = [...prefix, 'unshare', '--mount', '--pid', '--fork', 'true'];
  return process.platform === 'linux' && spawnSync(command, args, { stdio: 'ignore' }).status === 0;
});

/**
 * Returns the command line that runs a program as a container runtime does: in separate mount and process namespaces,
 * with the folder as its root, as process 1. A user other than root has no capabilities and cannot gain any.
 */
export function inNamespace(view: View, program: readonly string[]): string[] {
  const { root, binds, writable = [], tmpfs = {}, isReadOnly = false, user } = view;
  const script = [
    'set -e',
    'mount --make-rprivate /',
    `mount --bind ${quoted(root)} ${quoted(root)}`,
    ...Object.entries(binds).flatMap(([target, source]) => {
      const place = quoted(root + target);
      return [
        `mount --bind ${quoted(source)} ${place}`,
        ...(writable.includes(target) ? [] : [`mount -o remount,bind,ro ${place}`]),
      ];
    }),
    `mount -t proc proc ${quoted(`${root}/proc`)}`,
    `mount --rbind /dev ${quoted(`${root}/dev`)}`,
    ...Object.entries(tmpfs).flatMap(([target, owner]) => {
      const place = quoted(root + target);
      return [`mkdir -p ${place}`, `mount -t tmpfs -o mode=700,uid=${owner},gid=${owner} tmpfs ${place}`];
    }),
    ...(isReadOnly ? [`mount -o remount,bind,ro ${quoted(root)}`] : []),
    'exec "$@"',
  ];
  const [uid, gid] = user?.split(':') ?? [];
  const asUser = user === undefined ? [] : [`--setuid=${uid}`, `--setgid=${gid}`];
  return [
    ...(asRoot ?? []),
    ...['env', '-i', `PATH=${path}`, ...assignments(view.env)],
    ...['unshare', '--mount', '--pid', '--fork', '--kill-child', 'sh', '-c', script.join('\n'), 'sh'],
    ...(user === undefined ? [] : ['setpriv', '--no-new-privs']),
    // not chroot: it leaves the working folder at the root, and there may be no shell to change it
    ...['unshare', `--root=${root}`, `--wd=${view.workdir}`, ...asUser, ...program],
  ];
}

/** Returns the command line that runs a further program in the namespaces of process 1 of a container, as its user. */
export function besideProcess(
  pid: number,
  user: string,
  env: Readonly<Record<string, string>>,
  program: readonly string[],
): string[] {
  const [uid = '', gid = ''] = user.split(':');
  const target = ['--target', String(pid), '--mount', '--pid', '--root', '--wd', '--setuid', uid, '--setgid', gid];
  return [...(asRoot ?? []), 'env', '-i', ...assignments(env), '/usr/bin/nsenter', ...target, '--', ...program];
}

/** Deletes a folder whose files may belong to root. */
export function removeAsRoot(folder: string): void {
  const [command = '', ...args] = [...(asRoot ?? []), 'rm', '-rf', folder];
  execFileSync(command, args);
}

const assignments = (env: Readonly<Record<string, string>>) =>
  Object.entries(env).map(([name, value]) => `${name}=${value}`);

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
