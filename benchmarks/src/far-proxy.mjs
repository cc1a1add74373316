import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Starts a proxy that passes each request on to an engine after a delay, any number of them at once. */
export async function startDelayingProxy(endpoint, delayMs) {
  const program = fileURLToPath(new URL('far-proxy-process.mjs', import.meta.url));
  const child = fork(program, [endpoint, String(delayMs)], { execArgv: [] });
  const [started] = await once(child, 'message');
  return {
    endpoint: started.endpoint,
    /**
     * Returns what has passed since the last call: the number of requests, the number of round trips that followed each other, and the delay as
     * measured. Timers are late by up to a millisecond, and more on a busy machine.
     */
    async take() {
      child.send('take');
      const [taken] = await once(child, 'message');
      return taken;
    },
    stop: () => child.disconnect(),
  };
}
