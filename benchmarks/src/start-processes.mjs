import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { spread } from './statistics.mjs';

const probe = fileURLToPath(new URL('start-probe.mjs', import.meta.url));
const pollMs = 2;
const readyWithinMs = 30_000;

/** Each starts in a process of its own, in turns; the first round only fills the file cache. */
export async function measureStarts(starts, rounds) {
  const samples = new Map(starts.map(({ name }) => [name, []]));
  for (let round = -1; round < rounds; round++) {
    for (let i = 0; i < starts.length; i++) {
      const { name, run } = starts[(i + round + starts.length) % starts.length];
      const sample = await run();
      if (round >= 0) samples.get(name).push(sample);
    }
  }
  return [...samples].map(([name, list]) => ({
    name,
    ...Object.fromEntries(Object.keys(list[0]).map((field) => [field, spread(list.map((sample) => sample[field]))])),
  }));
}

/** Imports a module in a fresh process and calls its handler. */
export const importing = (file, env) => async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [probe, pathToFileURL(file).href], { env });
  return JSON.parse(stdout);
};

/** Starts a server and waits until it answers. */
export const listening = (program, env, path) => async () => {
  const server = await startServer(program, env, path);
  server.stop();
  await server.ended;
  const { readyMs, cpuMs, rssMb } = server;
  return { readyMs, cpuMs, rssMb };
};

/** A server on a free port, once `path` answers 200. The program is a file, with Node's flags before it. */
export async function startServer(program, env, path) {
  const port = await freePort();
  const began = performance.now();
  const child = spawn(process.execPath, program, {
    env: { ...env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'exit');
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const url = `http://127.0.0.1:${port}`;
  while (!(await answers(url + path))) {
    if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}: ${said}`);
    if (performance.now() - began > readyWithinMs) throw new Error(`${program} was not ready in time: ${said}`);
    await sleep(pollMs);
  }
  const readyMs = performance.now() - began;
  return { url, pid: child.pid, readyMs, ...usageOf(child.pid), stop: () => child.kill('SIGKILL'), ended };
}

const answers = (url) =>
  fetch(url).then(
    (response) => response.arrayBuffer().then(() => response.ok),
    () => false, // nobody listens yet
  );

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

const clockTickMs = 10; // of all Linux that Node runs on

/** CPU time and memory of a process, from /proc: on Linux only. */
export function usageOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/.*\) /, '').split(' ');
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const megabytes = (name) => Number(new RegExp(`${name}:\\s*(\\d+)`).exec(status)?.[1]) / 1024;
  return {
    cpuMs: (Number(fields[11]) + Number(fields[12])) * clockTickMs,
    rssMb: megabytes('VmRSS'),
    peakMb: megabytes('VmHWM'),
  };
}
