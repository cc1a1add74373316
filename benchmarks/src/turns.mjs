import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * A process of its own for one contestant, so that heap, compiled code and CPU time are its own. `call` sends one command and waits for
 * its answer; meanwhile the others wait idle.
 */
export async function startWorker(contestant, settings) {
  const child = fork(fileURLToPath(new URL('worker.mjs', import.meta.url)), [], {
    // the dist of our packages, which is what production runs
    execArgv: [],
    env: {
      ...process.env,
      ...contestant.env,
      NODE_NO_WARNINGS: '1',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      LOG_LEVEL: 'ERROR',
      AWS_ENDPOINT_URL: settings.endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'fake',
      AWS_SECRET_ACCESS_KEY: 'fake',
      DYNAMODB_TABLE: settings.table,
    },
  });
  const call = (command, values) =>
    new Promise((resolve, reject) => {
      const onExit = (code) => reject(new Error(`${contestant.name}: its process ended with ${code}`));
      child.once('exit', onExit);
      child.once('message', ({ error, result }) => {
        child.off('exit', onExit);
        if (error) reject(new Error(`${contestant.name}: ${error}`));
        else resolve(result);
      });
      child.send({ command, ...values });
    });
  const missing = await call('load', { adapter: contestant.adapter, ...settings });
  return { name: contestant.name, missing, call, stop: () => child.disconnect() };
}

/**
 * All workers do the same in short slices, in an order that rotates from round to round; what moves with the machine moves all of them.
 * @returns {Promise<{ cpuUs: number, ms: number }[][]>} per worker, per round: CPU and wall time of one call
 */
export async function takeTurns(workers, { rounds, ...slice }) {
  const samples = workers.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < workers.length; i++) {
      const at = (i + round) % workers.length;
      const { calls, cpuUs, ms } = await workers[at].call('slice', slice);
      samples[at].push({ cpuUs: cpuUs / calls, ms: ms / calls });
    }
  }
  return samples;
}
