import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { handleChanges } from '../src/handle-changes.js';
import { readWorkerEnv } from '../src/worker-env.js';
import { secret, startReceiver } from './receiver.js';
import { streamEvent, type UserChange } from './stream-event.js';

/** Runs the function, and returns its response with what it wrote. */
async function run(variables: Record<string, string>, changes: readonly UserChange[]) {
  const output: string[] = [];
  const write = (text: string | Uint8Array) => output.push(String(text)) > 0;
  const spies = [process.stdout, process.stderr].map((stream) => vi.spyOn(stream, 'write').mockImplementation(write));
  try {
    const handler = handleChanges(readWorkerEnv({ LOG_LEVEL: 'INFO', ...variables }));
    const response = await handler(streamEvent(changes), { getRemainingTimeInMillis: () => 30_000 });
    return { response, output: output.join('') };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

const changes: readonly UserChange[] = [
  { id: 'ada', to: 1 },
  { id: 'grace', to: 1 },
  { id: 'ada', from: 1, to: 2 },
  { id: 'ada', from: 2 },
];

describe('without a webhook', () => {
  it('logs each change with its type and id, without values', async () => {
    const { response, output } = await run({}, changes);
    expect(response).toEqual({ batchItemFailures: [] });
    const lines = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(
      lines.map(({ message, model, type, id, version }) => [message, model, type, id, version].join(' ')).sort(),
    ).toEqual([
      'change users created ada 1',
      'change users created grace 1',
      'change users deleted ada 2',
      'change users updated ada 2',
    ]);
    expect(output).not.toMatch(/example\.com|Lovelace/);
  });
});

describe('with a webhook', () => {
  const start = async (rejected?: string[]) => {
    const receiver = await startReceiver(rejected);
    onTestFinished(receiver.stop);
    return receiver;
  };

  it('sends each change, signed, without values, and those of one user in order', async () => {
    const { url, received } = await start();
    const { response } = await run({ WEBHOOK_URL: url, WEBHOOK_SECRET: secret }, changes);
    expect(response).toEqual({ batchItemFailures: [] });
    const ofAda = received.filter(({ data }) => data.id === 'ada');
    expect(ofAda.map(({ type, data }) => [type, data.version])).toEqual([
      ['users.created', 1],
      ['users.updated', 2],
      ['users.deleted', 2],
    ]);
    expect(received).toHaveLength(4);
    expect(received.map(({ body }) => body).join()).not.toMatch(/example\.com|Lovelace/);
  });

  it('reports the first change that the receiver rejects, and sends those of other users', async () => {
    const { url, received } = await start(['ada']);
    const { response, output } = await run({ WEBHOOK_URL: url, WEBHOOK_SECRET: secret }, changes);
    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: '1000' }] });
    expect(received.map(({ data }) => data.id)).toEqual(['grace']);
    expect(output).toMatch(/"level":"ERROR".*answered 500/);
  });

  it('identifies a change by the same id at each delivery', async () => {
    const { url, received } = await start();
    const env = { WEBHOOK_URL: url, WEBHOOK_SECRET: secret };
    for (let delivery = 0; delivery < 2; delivery++) await run(env, changes.slice(0, 1));
    expect(received.map(({ id }) => id)).toEqual(['event-0-users-created', 'event-0-users-created']);
  });
});

describe('the environment of the worker', () => {
  it.each([
    [
      { WEBHOOK_URL: 'http://example.com/hook', WEBHOOK_SECRET: secret },
      /WEBHOOK_URL is not valid; it may hold an https/,
    ],
    [{ WEBHOOK_URL: 'https://a:b@example.com/', WEBHOOK_SECRET: secret }, /WEBHOOK_URL is not valid/],
    [
      { WEBHOOK_URL: 'https://example.com/', WEBHOOK_SECRET: 'hush' },
      /WEBHOOK_SECRET is not valid; it may hold whsec_/,
    ],
    [{ WEBHOOK_URL: 'https://example.com/' }, /WEBHOOK_URL is set without WEBHOOK_SECRET/],
    [{ WEBHOOK_SECRET: secret }, /WEBHOOK_SECRET is set without WEBHOOK_URL/],
    [{ LOG_LEVEL: 'LOUD' }, /LOG_LEVEL is not valid; it may hold DEBUG, INFO, WARN, ERROR/],
  ])('is rejected with the variable and its allowed values: %j', (variables, message) => {
    expect(() => readWorkerEnv(variables)).toThrow(message);
    expect(() => readWorkerEnv(variables)).not.toThrow(/hush|MfKQ/); // a secret is in no message
  });

  it('may have two secrets during a rotation', () => {
    const two = `${secret}, ${secret.replace('Mf', 'Nf')}`;
    expect(readWorkerEnv({ WEBHOOK_URL: 'https://example.com/', WEBHOOK_SECRET: two }).webhook?.secret).toHaveLength(2);
  });

  it('has defaults', () => {
    const env = { webhook: undefined, logLevel: 'INFO', serviceName: 'aws-starter-kit-worker' };
    expect(readWorkerEnv({ WEBHOOK_URL: '', LOG_LEVEL: '' })).toEqual(env);
  });
});
