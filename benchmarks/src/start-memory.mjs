import { setTimeout as sleep } from 'node:timers/promises';
import { startServer, usageOf } from './start-processes.mjs';

const settleMs = 2000;
const loadMs = 10_000;
const atOnce = 64;

/** Memory of the bundled API: idle, under reads 64 at a time for ten seconds, and some seconds after. */
export async function measureMemory(program, env, token) {
  const server = await startServer(program, env, '/readyz');
  try {
    await sleep(settleMs);
    const idleMb = usageOf(server.pid).rssMb;
    const calls = await load(server.url, token);
    const { rssMb: loadedMb, peakMb } = usageOf(server.pid);
    await sleep(settleMs);
    return { idleMb, loadedMb, peakMb, afterMb: usageOf(server.pid).rssMb, callsPerSecond: calls / (loadMs / 1000) };
  } finally {
    server.stop();
    await server.ended;
  }
}

async function load(url, token) {
  const headers = { authorization: `Bearer ${token}` };
  const input = encodeURIComponent(JSON.stringify({ id: 'nobody' }));
  const until = performance.now() + loadMs;
  let calls = 0;
  const lane = async () => {
    while (performance.now() < until) {
      const response = await fetch(`${url}/trpc/users.getById?input=${input}`, { headers });
      await response.arrayBuffer();
      if (response.status !== 404) throw new Error(`getById answered ${response.status}`);
      calls++;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return calls;
}
