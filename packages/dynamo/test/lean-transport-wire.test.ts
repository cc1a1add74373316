import dns from 'node:dns';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { classify } from '../src/failure.js';
import { createDynamoClient } from '../src/index.js';
import { leanTransport } from '../src/lean-transport/lean-transport.js';
import { sdkTransport, type Transport } from '../src/transport.js';
import { type Answer, scriptedServer } from './scripted-server.js';
import { Sha256 } from './sha256.js';

const tableName = 'users';
const key = { TableName: tableName, Key: { id: 'a' } };
const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret' };
const transports: [string, (client: ReturnType<typeof createDynamoClient>) => Transport][] = [
  ['the SDK', sdkTransport],
  ['lean', (client) => leanTransport(client, tableName)],
];

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await Promise.all(stops.splice(0).map((stop) => stop()));
});
async function serve(...args: Parameters<typeof scriptedServer>) {
  const server = await scriptedServer(...args);
  stops.push(server.stop);
  return server;
}
const get = (transport: Transport) => transport('GetItem', key, { isOver: false });
const failureOf = (transport: Transport) =>
  get(transport).then(
    () => undefined,
    (error: unknown) => error,
  );

/** Signs what arrived once more with the SDK's signer, and gives both signatures. */
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
    const client = createDynamoClient({
      endpoint: server.endpoint + path,
      region: 'us-east-1',
      credentials: { ...credentials, sessionToken: 'TOKEN' },
    });
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

  it('carries the credentials of the moment: the provider is asked again when they are about to expire', async () => {
    const server = await serve(() => ({}));
    let asked = 0;
    const client = createDynamoClient({
      endpoint: server.endpoint,
      region: 'us-east-1',
      credentials: async () => {
        asked++;
        const lastsMs = asked === 1 ? 1000 : 3_600_000; // the first are as good as expired
        return { ...credentials, sessionToken: `TOKEN${asked}`, expiration: new Date(Date.now() + lastsMs) };
      },
    });
    const transport = leanTransport(client, tableName);
    for (let i = 0; i < 4; i++) await get(transport);
    const tokens = server.seen.map(({ headers }) => headers['x-amz-security-token']);
    expect(tokens.slice(1)).toEqual(['TOKEN2', 'TOKEN2', 'TOKEN2']);
    expect(asked).toBe(2);
  });

  it('after a refused token carries a new one, and the refusal counts as one to repeat at once', async () => {
    const expired =
      '{"__type":"com.amazon.coral.service#ExpiredTokenException","message":"The security token included in the request is expired"}';
    const server = await serve(({ headers }) =>
      headers['x-amz-security-token'] === 'TOKEN1' ? { status: 400, body: expired } : {},
    );
    let asked = 0;
    const client = createDynamoClient({
      endpoint: server.endpoint,
      region: 'us-east-1',
      credentials: async () => ({
        ...credentials,
        sessionToken: `TOKEN${++asked}`,
        expiration: new Date(Date.now() + 3_600_000),
      }),
    });
    const transport = leanTransport(client, tableName);
    expect(classify(await failureOf(transport))).toBe('skew');
    expect(await failureOf(transport)).toBeUndefined();
    expect(await failureOf(transport)).toBeUndefined();
    expect(asked).toBe(2);
  });

  it('after a refusal for a wrong clock is signed by the server’s', async () => {
    const aheadMs = 3_600_000;
    const skewed = '{"__type":"com.amazon.coral.service#InvalidSignatureException","message":"Signature expired"}';
    const server = await serve((_, at) =>
      at === 0 ? { status: 400, headers: { date: new Date(Date.now() + aheadMs).toUTCString() }, body: skewed } : {},
    );
    const client = createDynamoClient({ endpoint: server.endpoint, region: 'us-east-1', credentials });
    const transport = leanTransport(client, tableName);
    expect(classify(await failureOf(transport))).toBe('skew');
    await get(transport);
    const sent = String(server.seen[1]?.headers['x-amz-date']).replace(
      /(....)(..)(..)T(..)(..)(..)Z/,
      '$1-$2-$3T$4:$5:$6Z',
    );
    expect(Math.abs(Date.parse(sent) - Date.now() - aheadMs)).toBeLessThan(10_000);
  });

  const remote: [string, Record<string, string>, object, string][] = [
    ['a region’s', {}, {}, 'dynamodb.eu-west-1.amazonaws.com'],
    ['an account’s', {}, { accountId: '123456789012' }, '123456789012.ddb.eu-west-1.amazonaws.com'],
    ['a FIPS', { AWS_USE_FIPS_ENDPOINT: 'true' }, {}, 'dynamodb-fips.eu-west-1.amazonaws.com'],
    ['a dual-stack', { AWS_USE_DUALSTACK_ENDPOINT: 'true' }, {}, 'dynamodb.eu-west-1.api.aws'],
    ['a VPC’s, set for this service,', { AWS_ENDPOINT_URL_DYNAMODB: 'http://vpce-1.example' }, {}, 'vpce-1.example'],
  ];
  it.each(remote)('goes to %s endpoint, as the SDK resolves it', async (_, environment, account, host) => {
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    const hosts: string[] = [];
    vi.spyOn(dns, 'lookup').mockImplementation(((name: string, _: object, done: (error: Error) => void) => {
      hosts.push(name);
      done(Object.assign(new Error('not looked up in tests'), { code: 'ENOTFOUND' }));
    }) as typeof dns.lookup);
    const client = createDynamoClient({ region: 'eu-west-1', credentials: { ...credentials, ...account } });
    for (const [, make] of transports) expect(classify(await failureOf(make(client)))).toBe('unreachable');
    expect(hosts).toEqual([host, host]);
  });

  it('that nobody waits for any more frees its socket, or is not sent at all', async () => {
    let arrived = () => {};
    const hasArrived = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const server = await serve(() => {
      arrived();
      return new Promise<Answer>(() => {});
    });
    const client = createDynamoClient({ endpoint: server.endpoint, region: 'us-east-1', credentials });
    const transport = leanTransport(client, tableName);
    const attempt: Parameters<Transport>[2] = { isOver: false };
    const answer = transport('GetItem', key, attempt);
    await hasArrived;
    attempt.isOver = true;
    attempt.onOver?.();
    await expect(answer).rejects.toMatchObject({ code: 'ABORT_ERR' });
    await expect(transport('GetItem', key, { isOver: true })).rejects.toMatchObject({ code: 'ABORT_ERR' });
    expect(server.seen).toHaveLength(1);
  });
});

describe('a failure', () => {
  const type = 'com.amazonaws.dynamodb.v20120810#';
  const answers: [string, Answer][] = [
    [
      'a condition with the item it met',
      {
        status: 400,
        body: `{"__type":"${type}ConditionalCheckFailedException","Message":"no","Item":{"id":{"S":"a"},"b":{"B":"AQI="},"l":{"L":[{"BS":["AQ=="]}]}}}`,
      },
    ],
    [
      'a cancelled transaction',
      {
        status: 400,
        body: `{"__type":"${type}TransactionCanceledException","Message":"no","CancellationReasons":[{"Code":"None"},{"Code":"ConditionalCheckFailed","Message":"m","Item":{"b":{"B":"AQI="}}}]}`,
      },
    ],
    [
      'throttling',
      { status: 400, body: `{"__type":"${type}ProvisionedThroughputExceededException","message":"slow"}` },
    ],
    [
      'throttling with reasons',
      {
        status: 400,
        body: `{"__type":"${type}ThrottlingException","message":"slow","throttlingReasons":[{"reason":"r","resource":"arn"}]}`,
      },
    ],
    ['an error nobody knows', { status: 400, body: '{"__type":"Odd","message":"m","extra":{"a":[1]}}' }],
    [
      'an error by header',
      { status: 400, headers: { 'x-amzn-errortype': 'AccessDeniedException:http://x' }, body: '{"Message":"m"}' },
    ],
    ['an error without a type', { status: 400, body: '{}' }],
    ['no body', { status: 400, body: '' }],
    ['an inner error', { status: 500, body: `{"__type":"${type}InternalServerError","message":"m"}` }],
    ['503 without a body', { status: 503, body: '' }],
    ['503 of a balancer', { status: 503, body: '<html>Service Unavailable</html>' }],
    ['403 of a proxy', { status: 403, body: 'Forbidden' }],
    ['429 of a proxy', { status: 429, body: 'slow down' }],
    ['a redirect', { status: 307, headers: { location: '/' }, body: '' }],
    ['an answer cut short', { body: '{"Item":{"id":{"S"' }],
    ['an answer that is no JSON', { body: '<html>Welcome</html>' }],
  ];
  it.each(answers)('is the same by both transports: %s', async (_, answer) => {
    const server = await serve(() => answer);
    const client = createDynamoClient({ endpoint: server.endpoint, region: 'us-east-1', credentials });
    const [theirs, ours] = await Promise.all(transports.map(([, make]) => failureOf(make(client))));
    expect(ours).toBeInstanceOf(Error);
    expect(classify(ours)).toBe(classify(theirs));
    const told = (error: unknown) => {
      const { name, message, $metadata, stack: _, ...fields } = error as Error & { $metadata?: object };
      return { name, message: message.split('\n')[0], $metadata, kind: (error as Error).constructor.name, fields };
    };
    // a 200 that is no JSON has no metadata here; what it means for the next attempt is the same
    if (answer.status === undefined) expect((ours as Error).name).toBe((theirs as Error).name);
    else expect(told(ours)).toEqual(told(theirs));
  });

  const broken: [string, Answer][] = [
    ['before the end of its headers’ length', { headers: { 'content-length': '100' }, body: '{"Item":', cut: true }],
    ['in the middle of a chunked body', { body: '{"Item":{"id":{"S":"a"}}}', cut: true }],
  ];
  it.each(broken)('is an outcome that nobody knows where the connection breaks %s', async (_, answer) => {
    const server = await serve(() => answer);
    const client = createDynamoClient({ endpoint: server.endpoint, region: 'us-east-1', credentials });
    for (const [, make] of transports) expect(classify(await failureOf(make(client)))).toBe('broken');
  });

  it('is a connection that was never made where nothing listens', async () => {
    const server = await scriptedServer(() => ({}));
    await server.stop();
    const client = createDynamoClient({ endpoint: server.endpoint, region: 'us-east-1', credentials });
    for (const [, make] of transports) expect(classify(await failureOf(make(client)))).toBe('unreachable');
  });

  it('of the credentials’ provider is given on, and asked for again', async () => {
    const server = await serve(() => ({}));
    let asked = 0;
    const client = createDynamoClient({
      endpoint: server.endpoint,
      region: 'us-east-1',
      credentials: async () => {
        if (++asked === 1) throw new Error('no credentials yet');
        return credentials;
      },
    });
    const transport = leanTransport(client, tableName);
    await expect(get(transport)).rejects.toThrow('no credentials yet');
    await expect(get(transport)).resolves.toEqual({});
  });
});
