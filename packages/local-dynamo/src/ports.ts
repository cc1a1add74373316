import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import net from 'node:net';
import { identify } from './process-identity.js';

/** Whether this process could listen on the port of 127.0.0.1 now. */
export function portIsFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
    );
    server.listen({ port, host: '127.0.0.1' }, () => server.close(() => resolve(true)));
  });
}

/**
 * A free port below the range from which the system takes ports for outgoing connections (32768 on Linux, 49152 elsewhere):
 * one of those may be gone again in the seconds that a Java engine needs before it listens.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_768);
    if (await portIsFree(port)) return port;
  }
}

/** The process that listens on the port, for people: "process 4711 (node server.js)"; undefined where it cannot be found. */
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

/** See proc_net(5): the second column is address and port in hexadecimal, the fourth the state (0A: listening), the tenth the inode. */
function listeningInodes(port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const lines = ['/proc/net/tcp', '/proc/net/tcp6']
    .filter(existsSync)
    .flatMap((file) => readFileSync(file, 'utf8').split('\n'));
  const rows = lines.map((line) => line.trim().split(/\s+/));
  return rows.filter((row) => row[1]?.endsWith(suffix) && row[3] === '0A').map((row) => row[9] ?? '');
}

/** What a process has open; nothing for one of another user. */
function openFiles(pid: string): string[] {
  return unlessGone(() => readdirSync(`/proc/${pid}/fd`), []).map((fd) =>
    unlessGone(() => readlinkSync(`/proc/${pid}/fd/${fd}`), ''),
  );
}

/** Processes end and close files while they are listed. */
function unlessGone<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
