// The load, a process of its own. One command, one answer: a closed loop of connections, each with its next request as soon as the last is
// answered; or with `perSecond` an open loop, which sends at a rate whatever the answers do.
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { quantile } from './statistics.mjs';

process.on('message', async (command) => process.send(await load(command)));
process.on('disconnect', () => process.exit());

async function load({ url, requests, connections, seconds, perSecond, count = Number.POSITIVE_INFINITY }) {
  const pool = new Pool(url, { connections: perSecond ? 1000 : connections, pipelining: 1 });
  const latencies = [];
  const seen = { requests: 0, errors: 0, bytes: 0 };
  const first = Math.floor(Math.random() * requests.length);
  let at = first;

  const send = async () => {
    const request = numbered(requests[at++ % requests.length]);
    const began = performance.now();
    try {
      const { statusCode, body } = await pool.request(request);
      seen.bytes += (await body.bytes()).length;
      if (statusCode !== 200) seen.errors++;
    } catch {
      seen.errors++;
    }
    seen.requests++;
    latencies.push(performance.now() - began);
  };

  const began = performance.now();
  const isOver = () => at - first >= count || performance.now() - began > seconds * 1000;
  if (perSecond) {
    const waiting = new Set();
    for (let sent = 0; !isOver(); await sleep(1)) {
      for (const due = ((performance.now() - began) / 1000) * perSecond; sent < due; sent++) {
        const one = send().finally(() => waiting.delete(one));
        waiting.add(one);
      }
    }
    await Promise.all(waiting);
  } else {
    const loop = async () => {
      while (!isOver()) await send();
    };
    await Promise.all(Array.from({ length: connections }, loop));
  }
  const ms = performance.now() - began;
  await pool.destroy();
  return {
    ...seen,
    perSecond: (seen.requests * 1000) / ms,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
  };
}

let number = 0;
const tag = Math.random().toString(36).slice(2, 8);

/** `##########` in a body becomes a number that no other request has. */
const numbered = (request) =>
  request.body?.includes('##########')
    ? { ...request, body: request.body.replace('##########', `${tag}${String(number++).padStart(10, '0')}`) }
    : request;
