import { randomInt } from 'node:crypto';
import { Worker } from 'node:worker_threads';

/** Address of an engine. */
export interface EngineAddress {
  readonly host: string;
  readonly port: number;
}

/** What stands between clients and an engine. */
export interface Guard {
  /** Listens on a port of 127.0.0.1 and forwards to the engine. Resolves to false if the port is taken. */
  readonly listen: (port: number, engine: EngineAddress) => Promise<boolean>;
  readonly close: () => Promise<unknown>;
}

/**
 * Starts a guard, which rejects requests of web pages. It runs in a thread of its own: the engine answers while this
 * thread is busy, or waits for a process that uses the engine.
 */
export function startGuard(): Guard {
  const thread = new Worker(new URL('./guard-thread.js', import.meta.url), { execArgv: [] });
  return {
    listen: async (port, engine) => {
      thread.postMessage({ port, engine });
      const answer = await new Promise<string>((resolve, reject) => {
        thread.once('message', resolve).once('error', reject);
      });
      thread.unref();
      if (answer !== 'listening' && answer !== 'EADDRINUSE')
        throw new Error(`Cannot listen on port ${port}: ${answer}`);
      return answer === 'listening';
    },
    close: () => thread.terminate(),
  };
}

/**
 * Returns the host on which an engine listens behind the guard. Linux has 16 million loopback addresses: on a random
 * one, a page does not find the engine itself by going through all ports.
 */
export function hiddenHost(): string {
  return process.platform === 'linux'
    ? `127.${randomInt(1, 255)}.${randomInt(1, 255)}.${randomInt(1, 255)}`
    : '127.0.0.1';
}
