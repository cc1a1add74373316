import dns from 'node:dns';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { classifyFailure } from '../../src/call/classify-failure.js';
import { createDynamoClient } from '../../src/index.js';
import { clientOf, credentials, errorOf, get, serve, stopServers, transports } from './both-transports.js';
import { Sha256 } from './sha256.js';

afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await stopServers();
});

/** Signs a request that arrived with the SDK's signer, and returns both signatures. */
async function signatures(
  seen: { path: string; headers: Record<string, unknown>; body: string },
  secretAccessKey = 'secret',
) {
  const { authorization, ...headers } = seen.headers as Record<string, string>;
  const names = /SignedHeaders=([^,]+)/.exec(String(authorization))?.[1]?.split(';') ?? [];
  const sessionToken = headers['x-amz-security-token'];
  const signer = new SignatureV4({
    credentials: { accessKeyId: 'AKID', secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
    region: 'us-east-1',
    service: 'dynamodb',
    sha256: Sha256,
    applyChecksum: false,
  });
  const signed = Object.fromEntries(names.map((name) => [name, headers[name]]));
  const time = headers['x-amz-date']?.replace(/(....)(..)(..)T(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z') ?? '';
  const request = {
    method: 'POST',
    protocol: 'http:',
    hostname: '',
    path: seen.path,
    query: {},
    headers: signed as Record<string, string>,
    body: seen.body,
  };
  const again = await signer.sign(request, { signingDate: new Date(time) });
  return { arrived: authorization, expected: again.headers.authorization, names };
}

describe('a request', () => {
  const places: [string, string, string][] = [
    ['an IPv4 address with a port', '127.0.0.1', ''],
    ['an IPv6 address', '::1', ''],
    ['a path, as some proxies and VPC endpoints have it', '127.0.0.1', '/dynamo/éa (1)'],
  ];
  it.each(places)('goes to %s, signed as the SDK signs it', async (_, host, path) => {
    const server = await serve(() => ({ body: '{"Item":{"id":{"S":"a"}}}' }), host);
    const client = clientOf(server.endpoint + path, { credentials: { ...credentials, sessionToken: 'TOKEN' } });
    for (const [, make] of transports) expect((await get(make(client))).Item).toEqual({ id: 'a' });
    const [sdk, lean] = server.seen;
    expect(lean?.path).toBe(sdk?.path);
    expect(lean?.headers.host).toBe(sdk?.headers.host);
    for (const name of ['content-type', 'x-amz-target', 'x-amz-security-token']) {
      expect(lean?.headers[name]).toBe(sdk?.headers[name]);
    }
    expect(JSON.parse(lean?.body ?? '')).toEqual(JSON.parse(sdk?.body ?? ''));
    const { arrived, expected, names } = await signatures(lean as never);
    expect(arrived).toBe(expected);
    expect(names).toEqual(['content-type', 'host', 'x-amz-date', 'x-amz-security-token', 'x-amz-target']);
  });

  const remote: [string, Record<string, string>, object, string][] = [
    ['a region’s', {}, {}, 'dynamodb.eu-west-1.amazonaws.com'],
    ['an account’s', {}, { accountId: '123456789012' }, '123456789012.ddb.eu-west-1.amazonaws.com'],
    ['a FIPS', { AWS_USE_FIPS_ENDPOINT: 'true' }, {}, 'dynamodb-fips.eu-west-1.amazonaws.com'],
    ['a dual-stack', { AWS_USE_DUALSTACK_ENDPOINT: 'true' }, {}, 'dynamodb.eu-west-1.api.aws'],
    ['a VPC’s (set for this service)', { AWS_ENDPOINT_URL_DYNAMODB: 'http://vpce-1.example' }, {}, 'vpce-1.example'],
  ];
  it.each(remote)('goes to %s endpoint, as the SDK resolves it', async (_, environment, account, host) => {
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    const hosts: string[] = [];
    vi.spyOn(dns, 'lookup').mockImplementation(((name: string, _: object, done: (error: Error) => void) => {
      hosts.push(name);
      done(Object.assign(new Error('not looked up in tests'), { code: 'ENOTFOUND' }));
    }) as typeof dns.lookup);
    const client = createDynamoClient({ region: 'eu-west-1', credentials: { ...credentials, ...account } });
    for (const [, make] of transports) expect(classifyFailure(await errorOf(get(make(client))))).toBe('unreachable');
    expect(hosts).toEqual([host, host]);
  });
});
