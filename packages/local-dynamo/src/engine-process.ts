import { type ChildProcess, spawn } from 'node:child_process';
import { EngineDiedError } from './errors.js';
import type { FoundEngine } from './find-engine.js';
import type { EngineAddress } from './guard.js';

/** A running engine. */
export interface EngineProcess {
  readonly pid: number | undefined;
  /** Resolves when it has exited. Never rejects. */
  readonly ended: Promise<void>;
  readonly hasEnded: () => boolean;
  /** Creates the error that says how it exited. */
  readonly exitError: () => EngineDiedError;
  /** Stops it by SIGTERM, and after `stopTimeoutMs` by SIGKILL. */
  readonly stop: () => Promise<void>;
}

const stopTimeoutMs = 1_500;
const maxOutputLength = 4_000;

/** Starts an engine as a child process, which exits with this process at the latest. */
export function spawnEngine(engine: FoundEngine, address: EngineAddress, dataDir: string | undefined): EngineProcess {
  const child = spawn(engine.file, engine.args(address, dataDir), {
    stdio: ['ignore', 'pipe', 'pipe'],
    // In its own process group: Ctrl-C signals the whole group, and the engine must outlive the processes that still
    // use it.
    detached: true,
  });
  let lastOutput = '';
  let ending = 'is running';
  let failure: Error | undefined;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      lastOutput = (lastOutput + text).slice(-maxOutputLength);
    });
  }
  let isOver = false;
  const ended = new Promise<void>((resolve) => {
    const end = (description: string) => {
      ending = description;
      isOver = true;
      forget(child);
      resolve();
    };
    child.once('error', (error) => {
      failure = error;
      end(`could not be started (${error.message})`);
    });
    // 'close' comes after the last output, 'exit' may come before it.
    child.once('close', (code, signal) => {
      if (!isOver) end(signal === null ? `exited with code ${code}` : `was killed by ${signal}`);
    });
  });
  if (child.pid !== undefined) endWithParent(child);
  doNotKeepParentAlive(child);
  return {
    pid: child.pid,
    ended,
    hasEnded: () => isOver,
    exitError: () =>
      new EngineDiedError(engine.name, ending, lastOutput.trim(), failure ? { cause: failure } : undefined),
    stop: async () => {
      if (isOver) return;
      child.ref(); // or this process could exit before the engine
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

function doNotKeepParentAlive(child: ChildProcess): void {
  child.unref();
  for (const stream of [child.stdout, child.stderr]) {
    if (stream !== null && 'unref' in stream && typeof stream.unref === 'function') stream.unref();
  }
}

const children = new Set<ChildProcess>();
const fatalSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

function endWithParent(child: ChildProcess): void {
  if (children.size === 0) {
    process.on('exit', killAll); // also after an uncaught exception
    for (const signal of fatalSignals) process.on(signal, reraise);
  }
  children.add(child);
}

function forget(child: ChildProcess): void {
  if (!children.delete(child) || children.size > 0) return;
  process.off('exit', killAll);
  for (const signal of fatalSignals) process.off(signal, reraise);
}

function killAll(): void {
  for (const child of children) child.kill('SIGKILL'); // an exit listener cannot wait; the files of both engines survive it
}

/**
 * A listener disables the default action of a signal, which is to end the process. If there is no other listener,
 * restores it.
 */
function reraise(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return; // the host handles the signal; 'exit' follows
  killAll();
  for (const fatal of fatalSignals) process.off(fatal, reraise);
  process.kill(process.pid, signal);
}
