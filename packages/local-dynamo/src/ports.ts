import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import net from 'node:net';
import { identify } from './process-identity.js';

/** Returns whether this process can listen on a port. */
export function portIsFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
    );
    server.listen({ port, host }, () => server.close(() => resolve(true)));
  });
}

/**
 * Finds a free port below the range of outgoing connections (from 32768 on Linux, 49152 elsewhere): a connection could
 * take such a port in the seconds that a Java engine needs to start.
 */
export async function freePort(host?: string): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_768);
    if (await portIsFree(port, host)) return port;
  }
}

/** Describes the process that listens on a port, such as "process 4711 (node server.js)", if it can be found. */
export function holderOf(port: number): string | undefined {
  const pid = existsSync('/proc/net/tcp') ? listenerByProc(port) : listenerByLsof(port);
  if (pid === undefined) return undefined;
  const command = identify(pid)?.command;
  return `process ${pid}${command ? ` (${command.slice(0, 80)})` : ''}`;
}

function listenerByLsof(port: number): number | undefined {
  const lsof = spawnSync('lsof', ['-nP', '-t', `-iTCP:${port}`, '-sTCP:LISTEN'], { encoding: 'utf8', timeout: 2_000 });
  return Number.parseInt(lsof.stdout ?? '', 10) || undefined;
}

function listenerByProc(port: number): number | undefined {
  const sockets = new Set(listeningInodes(port).map((inode) => `socket:[${inode}]`));
  const pids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));
  const pid = pids.find((pid) => openFiles(pid).some((file) => sockets.has(file)));
  return pid === undefined ? undefined : Number(pid);
}

/**
 * The second column is address and port in hexadecimal, the fourth the state (0A: listening), the tenth the inode. See
 * proc_net(5).
 */
function listeningInodes(port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const lines = ['/proc/net/tcp', '/proc/net/tcp6']
    .filter(existsSync)
    .flatMap((file) => readFileSync(file, 'utf8').split('\n'));
  const rows = lines.map((line) => line.trim().split(/\s+/));
  return rows.filter((row) => row[1]?.endsWith(suffix) && row[3] === '0A').map((row) => row[9] ?? '');
}

/** The open files of a process; none for a process of another user. */
function openFiles(pid: string): string[] {
  return readOr(() => readdirSync(`/proc/${pid}/fd`), []).map((fd) =>
    readOr(() => readlinkSync(`/proc/${pid}/fd/${fd}`), ''),
  );
}

/** Processes may exit, and close files, while they are read. */
function readOr<T>(read: () => T, fallback: T): T {
  try {
    return read();
  } catch {
    return fallback;
  }
}
