import { afterEach, describe, expect, it } from 'vitest';
import { classifyFailure } from '../../src/call/classify-failure.js';
import type { Answer } from '../scripted-server.js';
import { clientOf, credentials, errorOf, get, serve, stopServers, transports } from './both-transports.js';

afterEach(stopServers);

/** The time with which a request was signed. */
const signedAt = (seen: { headers: Record<string, unknown> } | undefined) =>
  Date.parse(String(seen?.headers['x-amz-date']).replace(/(....)(..)(..)T(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z'));

describe.each(transports)('a request of %s', (_, make) => {
  const rejection = (type: string): Answer => ({ status: 400, body: `{"__type":"com.amazon.coral.service#${type}"}` });
  const expired = rejection('ExpiredTokenException');

  /** A provider that is asked again each time with the next token of a list; the last one is for good. */
  const provider = (...tokens: string[]) => {
    let asked = 0;
    const provide = async () => {
      const sessionToken = tokens[Math.min(asked++, tokens.length - 1)] ?? '';
      return { ...credentials, sessionToken, expiration: new Date(Date.now() + 3_600_000) };
    };
    return Object.assign(provide, { timesAsked: () => asked });
  };

  it('carries the current credentials: the provider is asked again before they expire', async () => {
    const server = await serve(() => ({}));
    const provide = provider('ABOUT TO EXPIRE', 'NEW');
    const credentials = async () => {
      const given = await provide();
      return { ...given, expiration: new Date(Date.now() + (given.sessionToken === 'NEW' ? 3_600_000 : 1000)) };
    };
    const transport = make(clientOf(server.endpoint, { credentials }));
    for (let request = 0; request < 4; request++) await get(transport);
    const tokens = server.seen.map(({ headers }) => headers['x-amz-security-token']);
    expect(tokens.slice(1)).toEqual(['NEW', 'NEW', 'NEW']);
    expect(provide.timesAsked()).toBe(2);
  });

  it('carries a new token after one was rejected, and that rejection may be retried at once', async () => {
    const server = await serve(({ headers }) => (headers['x-amz-security-token'] === 'OLD' ? expired : {}));
    const provide = provider('OLD', 'NEW');
    const transport = make(clientOf(server.endpoint, { credentials: provide }));
    expect(classifyFailure(await errorOf(get(transport)))).toBe('clockSkew');
    expect(await errorOf(get(transport))).toBeUndefined();
    expect(await errorOf(get(transport))).toBeUndefined();
    expect(provide.timesAsked()).toBe(2);
  });

  it('shares the refresh of a rejected token with all others', async () => {
    const server = await serve(({ headers }) => (headers['x-amz-security-token'] === 'OLD' ? expired : {}));
    const provide = provider('OLD', 'NEW');
    const transport = make(clientOf(server.endpoint, { credentials: provide }));
    const all = <R>(work: () => Promise<R>) => Promise.all(Array.from({ length: 100 }, work));
    for (const error of await all(() => errorOf(get(transport)))) expect(error).toBeDefined();
    for (const error of await all(() => errorOf(get(transport)))) expect(error).toBeUndefined();
    expect(provide.timesAsked()).toBe(2);
  });

  it.each(['InvalidSignatureException', 'RequestTimeTooSkewed', 'RequestExpired'])(
    'is signed by the clock of the server after an %s',
    async (type) => {
      const aheadMs = 3_600_000;
      const date = new Date(Date.now() + aheadMs).toUTCString();
      const server = await serve((_, at) => (at === 0 ? { ...rejection(type), headers: { date } } : {}));
      const transport = make(clientOf(server.endpoint));
      expect(classifyFailure(await errorOf(get(transport)))).toBe('clockSkew');
      await get(transport);
      expect(Math.abs(signedAt(server.seen[1]) - Date.now() - aheadMs)).toBeLessThan(10_000);
    },
  );

  const otherAnswers: [string, Answer][] = [
    ['a success', {}],
    ['another error of DynamoDB', rejection('ValidationException')],
    ['throttling', rejection('ThrottlingException')],
    ['a rejected token', expired],
    ['an internal error', { ...rejection('InternalServerError'), status: 500 }],
    ['the 503 of a balancer', { status: 503, body: '' }],
    ['the 403 of a proxy', { status: 403, body: '<html>' }],
    ['the page of a portal', { body: '<html>' }],
    ['an error about the time that a cache kept', { ...rejection('RequestExpired'), headers: { age: '3600' } }],
  ];
  it.each(otherAnswers)('is signed by its own clock after %s with a wrong date', async (_name, answer) => {
    const date = new Date(Date.now() + 3_600_000).toUTCString();
    const server = await serve(() => ({ ...answer, headers: { ...answer.headers, date } }));
    const transport = make(clientOf(server.endpoint));
    await errorOf(get(transport));
    await errorOf(get(transport));
    expect(Math.abs(signedAt(server.seen[1]) - Date.now())).toBeLessThan(10_000);
  });
});
