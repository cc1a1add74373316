// JavaScript with checked JSDoc types: a worker loads it as it is, from src as from dist, so an engine is not 150 ms later
// for a TypeScript loader.
import net from 'node:net';
import { parentPort } from 'node:worker_threads';
import { rejectionOf } from './rejection-of.js';

/** @typedef {{ port: number, engine: { host: string, port: number } }} ListenRequest */

const maxHeadBytes = 65_536;

parentPort?.once('message', (/** @type {ListenRequest} */ { port, engine }) => {
  const server = net.createServer({ allowHalfOpen: true, noDelay: true }, (client) => guard(client, engine));
  server.once('error', (/** @type {NodeJS.ErrnoException} */ { code = '' }) => parentPort?.postMessage(code));
  server.listen({ port, host: '127.0.0.1' }, () => parentPort?.postMessage('listening'));
});

/**
 * Checks the first request of a connection, then forwards bytes unseen. That is enough: a browser sends no request that
 * passes, and a connection that began with a rejected one is closed.
 * @param {net.Socket} client
 * @param {ListenRequest['engine']} engine
 */
function guard(client, engine) {
  /** @type {Buffer} */
  let received = Buffer.alloc(0);
  client.on('error', () => client.destroy());
  client.on('end', endEarly);
  client.on('data', check);

  function endEarly() {
    client.end();
  }

  /** @param {Buffer} chunk */
  function check(chunk) {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    const end = received.indexOf('\r\n\r\n');
    if (end < 0 && received.length < maxHeadBytes) return;
    client.off('data', check);
    client.off('end', endEarly);
    const rejection = rejectionOf(received.toString('latin1', 0, Math.max(end, 0)));
    if (rejection === undefined)
      forward(client, net.connect({ ...engine, allowHalfOpen: true, noDelay: true }), received);
    else reject(client, rejection);
  }
}

/**
 * @param {net.Socket} client
 * @param {net.Socket} engine
 * @param {Buffer} received
 */
function forward(client, engine, received) {
  // Neither side notices the guard: an end is passed on as an end, a reset as a reset.
  client.on('error', () => engine.resetAndDestroy());
  engine.on('error', () => client.resetAndDestroy());
  engine.write(received);
  client.pipe(engine);
  engine.pipe(client);
}

/**
 * @param {net.Socket} client
 * @param {string} message
 */
function reject(client, message) {
  const body = JSON.stringify({ __type: 'com.amazon.coral.service#AccessDeniedException', message });
  const head = ['HTTP/1.1 403 Forbidden', 'Content-Type: application/x-amz-json-1.0', 'Connection: close'];
  client.end(`${head.join('\r\n')}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  client.resume(); // unread data would reset the connection before the answer is read
}
