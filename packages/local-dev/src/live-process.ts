import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface LiveProcess {
  /** Ends the program that runs, if any, and starts it anew. */
  readonly restart: () => Promise<void>;
  /** Sends a signal, and resolves when the program has exited. */
  readonly stop: (signal: NodeJS.Signals) => Promise<void>;
}

const killAfterMs = 5_000;
/** On Node 20 the SDK advises an upgrade in nine lines at each start. The README gives that advice once. */
const quietSdk = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
const compileCache = fileURLToPath(new URL('../../../.local/compile-cache', import.meta.url));

interface LiveProcessOptions {
  /** A JavaScript module. */
  readonly file: string;
  /** Arguments of the program. */
  readonly args: readonly string[];
  /** Called when the program exits by itself. */
  readonly onExit: (exitCode: number | null) => void;
}

/** Runs a program as a process that ends with this one at the latest. */
export function liveProcess({ file, args, onExit }: LiveProcessOptions): LiveProcess {
  let child: ChildProcess | undefined;
  let queue = Promise.resolve();

  async function stop(signal: NodeJS.Signals): Promise<void> {
    const running = child;
    if (running === undefined) return;
    running.removeAllListeners('exit');
    const exited = once(running, 'exit');
    running.kill(signal);
    const timer = setTimeout(() => running.kill('SIGKILL'), killAfterMs);
    await exited;
    clearTimeout(timer);
    child = undefined;
  }

  function start(): void {
    const started = spawn(process.execPath, ['--enable-source-maps', file, ...args], {
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
      // the options of this process are for TypeScript; from Node 22 on, compiled code is kept for the next start
      env: { ...quietSdk, ...process.env, NODE_OPTIONS: '', NODE_COMPILE_CACHE: compileCache },
      detached: true, // Ctrl-C signals a whole group: this process decides when the program gets it
    });
    child = started;
    started.once('exit', (exitCode) => {
      if (child === started) child = undefined;
      onExit(exitCode);
    });
  }

  return {
    stop,
    restart: () => {
      queue = queue.then(() => stop('SIGTERM')).then(start);
      return queue;
    },
  };
}
