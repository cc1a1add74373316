import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { marshall } from '@aws-sdk/util-dynamodb';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Change, changeKey, outbox, streamHandler, webhook } from '../src/index.js';
import { NoteModel } from './models.js';
import { asLambdaRecord, record } from './records.js';

type NoteChange = Change<{ notes: NoteModel }>;
const models = { notes: new NoteModel() };
const secret = `whsec_${Buffer.from('a secret of twenty-four bytes').toString('base64')}`;
const other = `whsec_${Buffer.from('another secret, twenty-four bytes').toString('base64')}`;
const recordsOf = (...ids: string[]) =>
  ids.map((id) =>
    asLambdaRecord(record({ after: marshall({ id: `NOTE#${id}`, createdAt: 'then', version: 1, ref: id }) })),
  );
const silent = { logger: { error: () => {} } };

const eventOf = (change: NoteChange) => ({
  id: changeKey(change),
  type: `note.${change.type}`,
  timestamp: change.at,
  data: { id: change.id },
});

/** A receiver of webhooks that answers with the given status. */
let status = 204;
let received: { headers: Record<string, string>; body: string }[] = [];
const server = http.createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  received.push({ headers: request.headers as Record<string, string>, body: Buffer.concat(chunks).toString() });
  if (status === 0) return; // no answer
  response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end();
});
let url = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  received = [];
  status = 204;
});

describe('a webhook', () => {
  const handlerTo = (options: Partial<Parameters<typeof webhook>[0]> = {}) =>
    streamHandler(models, {
      ...silent,
      onChange: outbox({ toEvent: eventOf, send: webhook({ url, secret, ...options }) }),
    });

  it('posts each event with a signature that a receiver can verify', async () => {
    expect(await handlerTo()({ Records: recordsOf('1', '2') })).toEqual({ batchItemFailures: [] });
    const events = received.map(({ body, headers }) => new Webhook(secret).verify(body, headers));
    expect(events).toEqual(
      ['1', '2'].map((id) => ({ type: 'note.created', timestamp: '2026-11-30T12:00:00.000Z', data: { id } })),
    );
    const [first] = received;
    expect(() => new Webhook(other).verify(first?.body ?? '', first?.headers ?? {})).toThrow('No matching signature');
    expect(() => new Webhook(secret).verify('{}', first?.headers ?? {})).toThrow('No matching signature');
  });

  it('signs with several secrets, any of which verifies the event', async () => {
    await handlerTo({ secret: [other, secret] })({ Records: recordsOf('1') });
    const [{ body, headers } = { body: '', headers: {} }] = received;
    for (const one of [secret, other])
      expect(new Webhook(one).verify(body, headers)).toMatchObject({ type: 'note.created' });
  });

  it.each([500, 410, 302])('fails if the receiver answers %i, and sends the same id again', async (answer) => {
    const Records = recordsOf('1');
    status = answer;
    const { batchItemFailures } = await handlerTo()({ Records });
    expect(batchItemFailures).toEqual([{ itemIdentifier: Records[0]?.dynamodb?.SequenceNumber }]);
    status = 204;
    expect(await handlerTo()({ Records })).toEqual({ batchItemFailures: [] });
    expect(received).toHaveLength(2);
    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  });

  it('fails if no answer comes in time, or no server listens', async () => {
    const events = [{ id: '1', type: 'x', timestamp: 'then', data: null }];
    status = 0;
    const failure = webhook({ url, secret, timeoutMs: 50 })(events);
    await expect(failure).rejects.toMatchObject({ name: 'WebhookError', status: undefined });
    await expect(webhook({ url: 'http://127.0.0.1:1', secret })(events)).rejects.toThrow('did not answer');
    status = 500;
    await expect(webhook({ url, secret })(events)).rejects.toMatchObject({ name: 'WebhookError', status: 500 });
  });

  it.each(['', 'secret', 'whsec_', 'whsec_c2hvcnQ=', secret.slice(6)])('rejects the secret %j', (given) => {
    expect(() => webhook({ url, secret: given })).toThrow('whsec_ and 24 to 64 bytes in Base64');
  });
});

describe('an outbox', () => {
  it('sends the events of concurrent handlers together, up to maxBatch', async () => {
    const lots: string[][] = [];
    const onChange = outbox({
      toEvent: ({ id }: NoteChange) => (id === '3' ? undefined : id),
      send: async (events) => void lots.push([...events]),
      maxBatch: 3,
    });
    await streamHandler(models, { onChange, concurrency: 4 })({ Records: recordsOf('1', '2', '3', '4', '5') });
    expect(lots.flat().sort()).toEqual(['1', '2', '4', '5']);
    expect(Math.max(...lots.map((lot) => lot.length))).toBe(3);
  });

  it('fails the handlers of all events that were sent together', async () => {
    const onChange = outbox({
      toEvent: ({ id }: NoteChange) => id,
      send: async (events) => {
        if (events.includes('2')) throw new Error('no');
      },
      maxBatch: 2,
    });
    const Records = recordsOf('1', '2', '3');
    const { batchItemFailures } = await streamHandler(models, { ...silent, onChange, concurrency: 3 })({ Records });
    expect(batchItemFailures).toEqual([{ itemIdentifier: Records[0]?.dynamodb?.SequenceNumber }]);
  });

  it('fails with an error that send throws at once', async () => {
    const onChange = outbox({
      toEvent: ({ id }: NoteChange) => id,
      send: () => {
        throw new TypeError('at once');
      },
    });
    const { batchItemFailures } = await streamHandler(models, { ...silent, onChange })({ Records: recordsOf('1') });
    expect(batchItemFailures).toHaveLength(1);
  });
});
