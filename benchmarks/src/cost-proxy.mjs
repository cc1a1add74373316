import { once } from 'node:events';
import http from 'node:http';

/**
 * Stands between a client and an engine, asks for the units of each request on the client's behalf, and counts: so it does not matter
 * which library it is, and none can miscount itself.
 */
export async function startCountingProxy(endpoint) {
  let counted = { requests: {}, units: 0 };
  const server = http.createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const operation = String(request.headers['x-amz-target']).split('.')[1];
    const body = JSON.stringify({ ...JSON.parse(Buffer.concat(chunks).toString()), ReturnConsumedCapacity: 'TOTAL' });
    const { host: _host, 'content-length': _length, connection: _connection, ...headers } = request.headers;
    const answer = await fetch(endpoint, { method: 'POST', headers, body });
    const text = await answer.text();
    counted.requests[operation] = (counted.requests[operation] ?? 0) + 1;
    const consumed = JSON.parse(text).ConsumedCapacity ?? [];
    for (const one of Array.isArray(consumed) ? consumed : [consumed]) counted.units += one.CapacityUnits;
    response.writeHead(answer.status, {
      'content-type': 'application/x-amz-json-1.0',
      'content-length': Buffer.byteLength(text),
    });
    response.end(text);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${server.address().port}`,
    /** What was sent since it was asked last. */
    take() {
      const taken = counted;
      counted = { requests: {}, units: 0 };
      return taken;
    },
    stop: () => server.closeAllConnections() ?? server.close(),
  };
}
