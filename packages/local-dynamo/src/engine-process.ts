import { type ChildProcess, spawn } from 'node:child_process';
import { EngineDiedError } from './errors.js';
import type { FoundEngine } from './find-engine.js';

/** A running engine. */
export interface EngineProcess {
  readonly pid: number | undefined;
  /** Settles when it has ended, whyever. Never rejects. */
  readonly ended: Promise<void>;
  readonly hasEnded: () => boolean;
  /** Why it ended, for people. */
  readonly obituary: () => EngineDiedError;
  /** Asks it to end, and makes it end if it has not within `stopTimeoutMs`. */
  readonly stop: () => Promise<void>;
}

const stopTimeoutMs = 1_500;
const lastWordsLength = 4_000;

/** Starts the engine's process; it ends with this one at the latest. */
export function spawnEngine(engine: FoundEngine, port: number, dataDir: string | undefined): EngineProcess {
  const child = spawn(engine.file, engine.args(port, dataDir), {
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: Ctrl-C in a terminal goes to whole groups, and the engine has to outlive those who still use it.
    detached: true,
  });
  let lastWords = '';
  let how = 'is running';
  let failure: Error | undefined;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      lastWords = (lastWords + text).slice(-lastWordsLength);
    });
  }
  let over = false;
  const ended = new Promise<void>((resolve) => {
    const end = (words: string) => {
      how = words;
      over = true;
      removeFromParent(child);
      resolve();
    };
    child.once('error', (error) => {
      failure = error;
      end(`could not be started (${error.message})`);
    });
    // 'close' comes after the last output, 'exit' may come before it.
    child.once('close', (code, signal) => {
      if (!over) end(signal === null ? `ended with code ${code}` : `was ended by ${signal}`);
    });
  });
  if (child.pid !== undefined) endWithParent(child);
  doNotKeepParentAlive(child);
  return {
    pid: child.pid,
    ended,
    hasEnded: () => over,
    obituary: () => new EngineDiedError(engine.name, how, lastWords.trim(), failure ? { cause: failure } : undefined),
    stop: async () => {
      if (over) return;
      child.ref(); // else the process could end before the engine has
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
    for (const signal of fatalSignals) process.on(signal, endAsWithoutUs);
  }
  children.add(child);
}

function removeFromParent(child: ChildProcess): void {
  if (!children.delete(child) || children.size > 0) return;
  process.off('exit', killAll);
  for (const signal of fatalSignals) process.off(signal, endAsWithoutUs);
}

function killAll(): void {
  for (const child of children) child.kill('SIGKILL'); // nothing can be waited for here; both engines' files survive it
}

/** A listener takes away the signal's default, which is to end the process without 'exit'. Only where we are the only one, end it so. */
function endAsWithoutUs(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return; // the host decides; 'exit' comes later
  killAll();
  for (const fatal of fatalSignals) process.off(fatal, endAsWithoutUs);
  process.kill(process.pid, signal);
}
