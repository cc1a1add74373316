// Passes bytes on to an engine after a delay. Runs in a process of its own, so that it takes no time from the client's event loop.
import net from 'node:net';

const [endpoint, delay] = process.argv.slice(2);
const { hostname: host, port } = new URL(endpoint);
const delayMs = Number(delay);

let requests = [];
let waited = { chunks: 0, ms: 0 };

const server = net.createServer({ noDelay: true }, (client) => {
  const engine = net.connect({ host, port: Number(port), noDelay: true });
  let request;
  client.on('data', (chunk) => {
    const receivedAt = performance.now();
    // without pipelining, the first bytes after an answer are those of the next request
    if (!request || request.endedAt !== undefined) {
      request = { startedAt: receivedAt };
      requests.push(request);
    }
    if (delayMs === 0) return engine.write(chunk);
    setTimeout(() => {
      waited.chunks++;
      waited.ms += performance.now() - receivedAt;
      engine.write(chunk);
    }, delayMs);
  });
  engine.on('data', (chunk) => {
    request.endedAt = performance.now();
    client.write(chunk);
  });
  for (const [one, other] of [
    [client, engine],
    [engine, client],
  ]) {
    one.on('error', () => {});
    one.on('close', () => other.destroy());
  }
});

/** Returns the length of the longest chain of requests, each of which began after the one before was answered. */
function roundTripsOf(list) {
  const byEnd = list.filter(({ endedAt }) => endedAt !== undefined).sort((a, b) => a.endedAt - b.endedAt);
  let trips = 0;
  let last = 0;
  for (const { startedAt, endedAt } of byEnd) {
    if (startedAt < last) continue;
    trips++;
    last = endedAt;
  }
  return trips;
}

process.on('message', () => {
  const { chunks, ms } = waited;
  process.send({
    requests: requests.length,
    roundTrips: roundTripsOf(requests),
    delayMs: chunks === 0 ? 0 : ms / chunks,
  });
  requests = [];
  waited = { chunks: 0, ms: 0 };
});
process.on('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => process.send({ endpoint: `http://127.0.0.1:${server.address().port}` }));
