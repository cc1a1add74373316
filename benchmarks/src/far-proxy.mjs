import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Passes requests on to an engine after a time, any number of them at once: a database that is that far away. */
export async function startDelayingProxy(endpoint, delayMs) {
  const program = fileURLToPath(new URL('far-proxy-process.mjs', import.meta.url));
  const child = fork(program, [endpoint, String(delayMs)], { execArgv: [] });
  const [started] = await once(child, 'message');
  return {
    endpoint: started.endpoint,
    /**
     * What has passed since it was asked last: requests, the round trips among them that followed each other, and the delay as it was: timers are
     * late by up to a millisecond, and more on a busy machine.
     */
    async take() {
      child.send('take');
      const [taken] = await once(child, 'message');
      return taken;
    },
    stop: () => child.disconnect(),
  };
}
