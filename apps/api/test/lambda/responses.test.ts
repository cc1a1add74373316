import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fastify } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limitResponseTime } from '../../src/http/response-deadline.js';
import { gatewayRequest } from '../../src/lambda/gateway-request.js';
import { maxResponseBytes } from '../../src/lambda/gateway-response.js';
import { bufferedHandler } from '../../src/lambda/handlers.js';
import { sendRequest } from '../../src/lambda/send-request.js';
import { apiLogger } from '../../src/telemetry/logger.js';
import { capturedLogger } from '../captured-logger.js';
import { type EventParts, gatewayEvent } from './gateway-event.js';

const { logger, lines } = capturedLogger();
const app = fastify({ bodyLimit: 10_000_000 });
const digest = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');
const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 251));

function* endless() {
  for (;;) yield 'x'.repeat(10_000);
}
limitResponseTime(app, { deadlineMs: 100 });
app.get('/cookies', (_, reply) =>
  reply.header('set-cookie', ['a=1; Secure', 'b=2']).header('vary', ['A', 'B']).send('ok'),
);
app.get('/binary', (_, reply) => reply.type('application/octet-stream').send(bytes));
app.get<{ Querystring: { length: number } }>('/quotes', (request) => '"'.repeat(request.query.length));
app.get('/endless', (_, reply) => reply.send(Readable.from(endless())));
app.post('/digest', ({ body }) => digest(String(body)));
app.get('/reset', (request) => request.raw.socket.destroy());
beforeAll(() => app.ready());
afterAll(() => app.close());

const handler = bufferedHandler({
  api: { app, settled: async () => {}, flushMetrics: () => {} },
  logger: apiLogger(logger),
});
const context = { awsRequestId: 'invocation', getRemainingTimeInMillis: () => 10_000 };
const invoke = (parts: EventParts) => handler(gatewayEvent(parts), context);

describe('an answer', () => {
  it('has separate cookies, and joins repeated headers', async () => {
    expect(await invoke({ rawPath: '/cookies' })).toMatchObject({
      statusCode: 200,
      cookies: ['a=1; Secure', 'b=2'],
      headers: { vary: 'A, B' },
      body: 'ok',
      isBase64Encoded: false,
    });
  });

  it('is in Base64 if it is not UTF-8', async () => {
    const { body, isBase64Encoded } = await invoke({ rawPath: '/binary' });
    expect(isBase64Encoded).toBe(true);
    expect(digest(Buffer.from(body ?? '', 'base64'))).toBe(digest(bytes));
  });

  it('to HEAD has no body', async () => {
    expect(await invoke({ rawPath: '/cookies', method: 'HEAD' })).toMatchObject({ statusCode: 200, body: '' });
  });

  it.each([
    [2_000_000, 200],
    [maxResponseBytes / 2, 413], // in the JSON of the answer, each quote is two bytes
  ])('of %i quotes has status %i, since Lambda fails an invocation with a larger answer', async (length, status) => {
    const answer = await invoke({ rawPath: '/quotes', rawQueryString: `length=${length}` });
    expect(answer.statusCode).toBe(status);
    if (status === 413) expect(lines.at(-1)).toMatchObject({ status, reason: 'RESPONSE_TOO_LARGE' });
  });

  it('that is missing fails the invocation', async () => {
    await expect(invoke({ rawPath: '/reset' })).rejects.toMatchObject({ code: 'ECONNRESET' });
  });
});

describe('the connection in memory', () => {
  it('passes on a long body', async () => {
    const body = 'é'.repeat(2_000_000);
    const answer = await invoke({ rawPath: '/digest', body, headers: { 'content-type': 'text/plain' } });
    expect(answer.body).toBe(digest(body));
  });

  it('is reset if its client does not read the response, as on a port', async () => {
    const request = gatewayRequest(gatewayEvent({ rawPath: '/endless' }));
    const invocation = { deadlineAt: Number.POSITIVE_INFINITY, ids: { invocationId: 'i' } };
    const { response, served } = await sendRequest(app, request, invocation);
    await served;
    await expect(text(response)).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it('tells the app that its client has disconnected', async () => {
    const watched = fastify();
    const closed = new Promise((resolve) => {
      watched.get('/', (request, reply) => {
        request.raw.socket.once('close', resolve);
        reply.hijack();
        reply.raw.write('begun');
      });
    });
    await watched.ready();
    const invocation = { deadlineAt: Number.POSITIVE_INFINITY, ids: { invocationId: 'i' } };
    const { response, abort } = await sendRequest(watched, gatewayRequest(gatewayEvent({})), invocation);
    abort();
    await closed;
    await expect(text(response)).rejects.toMatchObject({ code: 'ECONNRESET' });
    await watched.close();
  });
});
