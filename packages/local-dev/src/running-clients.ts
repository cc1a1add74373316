import { mkdirSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const maxWaitMs = 10_000;

/** Notes of the processes that call the API of this `pnpm dev`, which its port identifies. */
const folder = fileURLToPath(new URL(`../../../.local/clients-of-${process.env.PORT ?? ''}`, import.meta.url));

/** Notes that this process runs a client of the API, which may have to clean up. Returns a function that removes the note. */
export function noteClient(): () => void {
  const note = path.join(folder, String(process.pid));
  mkdirSync(folder, { recursive: true });
  writeFileSync(note, '');
  return () => {
    rmSync(note, { force: true });
    rmdirIfEmpty();
  };
}

/** Waits until no client runs any more: after Ctrl-C, the demo still deletes the users that it created. */
export async function clientsEnd(): Promise<void> {
  const giveUpAt = performance.now() + maxWaitMs;
  while (clients().some(isRunning) && performance.now() < giveUpAt) await sleep(20);
}

function rmdirIfEmpty(): void {
  try {
    rmdirSync(folder);
  } catch {
    // another client runs
  }
}

function clients(): number[] {
  try {
    return readdirSync(folder).map(Number);
  } catch {
    return []; // there was none
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
