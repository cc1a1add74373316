import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readEnv } from '../src/env.js';

const defaults = {
  PORT: 3000,
  HOST: '127.0.0.1',
  DYNAMODB_TABLE: 'aws-starter-kit-table',
  DYNAMODB_INDEXES: 2,
  DYNAMODB_STREAM: false,
  DYNAMODB_VECTORS: [],
  AWS_REGION: 'us-east-1',
  DYNAMO_TRANSPORT: 'lean',
  DYNAMODB_MAX_SOCKETS: 128,
  SERVICE_NAME: 'aws-starter-kit-api',
  LOG_LEVEL: 'INFO',
  NODE_ENV: 'development',
  RATE_LIMIT_PER_MINUTE: 6000,
  MAX_CONCURRENT_CALLS: 128,
  DRAIN_MS: 2000,
};
const authVariables = ['AUTH_ISSUER', 'AUTH_AUDIENCE', 'AUTH_JWKS_URL', 'AUTH_TOKEN_FILE'];
const endpoints = ['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_DYNAMODB'];
const others = [
  'RATE_LIMIT_TABLE',
  'AUDIT_FILE',
  'TRUST_PROXY',
  'CORS_ORIGINS',
  'METRICS',
  'METRICS_PORT',
  'MAX_CONCURRENT_CALLS_PER_CALLER',
  'CONSOLE',
  'CONSOLE_CLIENT_ID',
  'CONSOLE_SCOPE',
  'CONSOLE_OPERATIONS',
];
const withoutDefault = [...authVariables, ...endpoints, ...others];

describe('readEnv', () => {
  it('has a default for every variable', () => {
    expect(readEnv({})).toEqual(defaults);
  });

  it('has all variables in .env.example, each with its default', () => {
    const example = parseEnv(readFileSync(new URL('../../../.env.example', import.meta.url), 'utf8'));
    const known = [...Object.keys(defaults), ...withoutDefault];
    expect(Object.keys(example).sort()).toEqual(known.sort());
    expect(readEnv({ ...example, DYNAMODB_INDEXES: '2' })).toEqual(defaults); // `pnpm gen entity` raises the example's
  });

  it('has all variables in the documents', () => {
    const operations = readFileSync(new URL('../docs/operations.md', import.meta.url), 'utf8');
    const known = [...Object.keys(defaults), ...withoutDefault];
    expect(known.filter((name) => !operations.includes(`\`${name}\``))).toEqual([]);
  });

  it('treats an empty variable as unset', () => {
    const empty = Object.fromEntries([...Object.keys(defaults), ...withoutDefault].map((name) => [name, '']));
    expect(readEnv(empty)).toEqual(defaults);
  });

  it('takes metrics for CloudWatch or for Prometheus', () => {
    expect(readEnv({ METRICS: 'emf' })).toMatchObject({ METRICS: 'emf' });
    expect(() => readEnv({ METRICS: 'emf', METRICS_PORT: '9100' })).toThrow(
      'METRICS holds "emf" and METRICS_PORT "9100": set one of them',
    );
    expect(() => readEnv({ METRICS: 'prometheus' })).toThrow('METRICS holds "prometheus"; it may hold emf, or nothing');
  });

  it('leaves out unknown variables', () => {
    expect(readEnv({ PATH: '/bin' })).toEqual(defaults);
  });

  it.each([
    ['PORT', '0', 0],
    ['PORT', '65535', 65535],
    ['HOST', '0.0.0.0', '0.0.0.0'],
    ['HOST', '::1', '::1'],
    ['DYNAMODB_TABLE', 'my.table_1-x', 'my.table_1-x'],
    ['DYNAMODB_INDEXES', '20', 20],
    ['DYNAMODB_STREAM', 'on', true],
    ['DYNAMODB_VECTORS', 'v:3', [{ attribute: 'v', dimensions: 3, distance: 'cosine' }]],
    ['AWS_REGION', 'eu-central-1', 'eu-central-1'],
    ['AWS_ENDPOINT_URL', 'http://localhost:8000', 'http://localhost:8000'],
    ['AWS_ENDPOINT_URL', 'https://dynamodb.eu-west-1.amazonaws.com', 'https://dynamodb.eu-west-1.amazonaws.com'],
    ['SERVICE_NAME', 'shop', 'shop'],
    ['LOG_LEVEL', 'warn', 'WARN'],
    ['NODE_ENV', 'production', 'production'],
    ['AUTH_ISSUER', 'https://tenant.eu.auth0.com/', 'https://tenant.eu.auth0.com/'],
    ['AUTH_ISSUER', 'http://localhost:8080/realms/dev', 'http://localhost:8080/realms/dev'],
    ['AUTH_AUDIENCE', 'api://1234', 'api://1234'],
    ['AUTH_JWKS_URL', 'https://keys.example.com/jwks.json', 'https://keys.example.com/jwks.json'],
    ['RATE_LIMIT_PER_MINUTE', '0', 0],
    ['MAX_CONCURRENT_CALLS', '1', 1],
    ['TRUST_PROXY', '10.0.0.0/8, ::1', ['10.0.0.0/8', '::1']],
    ['CORS_ORIGINS', 'https://a.example,http://localhost:5173', ['https://a.example', 'http://localhost:5173']],
    ['DYNAMO_TRANSPORT', 'sdk', 'sdk'],
    ['DYNAMODB_MAX_SOCKETS', '256', 256],
    ['METRICS_PORT', '9464', 9464],
    ['DRAIN_MS', '0', 0],
  ] as const)('accepts %s=%s', (name, text, value) => {
    expect(readEnv({ [name]: text })[name]).toEqual(value);
  });

  it.each([
    ['PORT', 'http', 'a whole number from 0 (any free port) to 65535'],
    ['PORT', '65536', 'a whole number from 0 (any free port) to 65535'],
    ['PORT', '-1', 'a whole number from 0 (any free port) to 65535'],
    ['PORT', '80.5', 'a whole number from 0 (any free port) to 65535'],
    ['PORT', '0x50', 'a whole number from 0 (any free port) to 65535'],
    ['HOST', 'http://x', 'a host name or an address, such as 127.0.0.1 or 0.0.0.0'],
    ['DYNAMODB_TABLE', 'a b', '3 to 255 of a-z A-Z 0-9 _ . -'],
    ['DYNAMODB_TABLE', 'ab', '3 to 255 of a-z A-Z 0-9 _ . -'],
    ['DYNAMODB_INDEXES', '21', 'a whole number from 1 to 20'],
    ['DYNAMODB_STREAM', 'yes', 'on or off'],
    ['DYNAMODB_VECTORS', 'v', 'up to 5 vector indexes, such as embedding:384:cosine,photo:512'],
    ['AWS_REGION', 'Frankfurt', 'a region such as us-east-1'],
    ['AWS_ENDPOINT_URL_DYNAMODB', 'localhost:8000', 'a URL such as http://localhost:8000, or nothing for AWS itself'],
    ['AWS_ENDPOINT_URL', 'localhost:8000', 'a URL such as http://localhost:8000, or nothing for AWS itself'],
    ['AWS_ENDPOINT_URL', 'ftp://localhost', 'a URL such as http://localhost:8000, or nothing for AWS itself'],
    ['AUTH_ISSUER', 'login.example.com', 'the https URL of the issuer, as in the `iss` of its tokens'],
    ['AUTH_ISSUER', 'http://login.example.com', 'the https URL of the issuer, as in the `iss` of its tokens'],
    ['AUTH_ISSUER', 'http://localhost.example.com', 'the https URL of the issuer, as in the `iss` of its tokens'],
    [
      'AUTH_JWKS_URL',
      'http://keys.example.com',
      'the https URL of the keys of AUTH_ISSUER, or nothing if it publishes that URL',
    ],
    ['AUTH_AUDIENCE', 'a b', 'the audience of the tokens, as in their `aud`; several with commas between'],
    ['AUTH_AUDIENCE', 'a,', 'the audience of the tokens, as in their `aud`; several with commas between'],
    ['SERVICE_NAME', '   ', '1 to 100 characters'],
    ['LOG_LEVEL', 'LOUD', 'DEBUG, INFO, WARN, ERROR'],
    ['NODE_ENV', 'staging', 'development, test or production'],
    ['RATE_LIMIT_PER_MINUTE', '-1', 'a whole number from 0 (no limit) to 1000000'],
    ['MAX_CONCURRENT_CALLS', '0', 'a whole number from 1 to 10000'],
    ['AUTH_ISSUER', 'http://127.0.0.1.example.com', 'the https URL of the issuer, as in the `iss` of its tokens'],
    ['AUTH_ISSUER', 'http:localhost', 'the https URL of the issuer, as in the `iss` of its tokens'],
    ['AUTH_ISSUER', 'https://login.example.com/#a', 'the https URL of the issuer, as in the `iss` of its tokens'],
    ['CORS_ORIGINS', '*', 'origins with commas between them, such as https://app.example.com'],
    ['CORS_ORIGINS', 'https://a.example/', 'origins with commas between them, such as https://app.example.com'],
    ['DYNAMO_TRANSPORT', 'fast', 'lean or sdk'],
    ['DYNAMODB_MAX_SOCKETS', '0', 'a whole number from 1 to 1000'],
    ['METRICS_PORT', 'on', 'a whole number from 0 (any free port) to 65535'],
    ['DRAIN_MS', '10000', 'a whole number from 0 to 3000'],
  ])('rejects %s=%s in one line', (name, text, mayHold) => {
    expect(() => readEnv({ [name]: text })).toThrow(
      expect.objectContaining({
        name: 'EnvError',
        message: `${name} holds ${JSON.stringify(text)}; it may hold ${mayHold}`,
      }),
    );
  });

  it('has one line for each invalid variable', () => {
    expect(() => readEnv({ PORT: 'x', LOG_LEVEL: 'LOUD', HOST: 'a b' })).toThrow(
      expect.objectContaining({ message: expect.stringMatching(/^PORT .*\nHOST .*\nLOG_LEVEL .*$/) }),
    );
  });

  it.each(['true', '0.0.0.0/0', '::/0', '0.0.0.0/1', '10.0.0.0/7', '10.0.0.0/33', '10.1', '::ffff:0.0.0.0/96', '::1/'])(
    'rejects TRUST_PROXY=%s',
    (TRUST_PROXY) => {
      const mayHold =
        'IP addresses or networks of proxies with commas between them, such as 10.0.0.0/8, and no wider one';
      const message = `TRUST_PROXY holds "${TRUST_PROXY}"; it may hold ${mayHold}`;
      expect(() => readEnv({ TRUST_PROXY })).toThrow(expect.objectContaining({ name: 'EnvError', message }));
    },
  );

  it('rejects an issuer with a user name, and shows no password', () => {
    expect(() => readEnv({ AUTH_ISSUER: 'http://localhost:x@evil.example' })).toThrow('"http://…@evil.example"');
    expect(() => readEnv({ AUTH_ISSUER: 'https://user:secret@login.example.com' })).toThrow(
      '"https://…@login.example.com"',
    );
  });
});

describe('readEnv in production', () => {
  const production = { NODE_ENV: 'production' };

  it('rejects a setting of Node that turns the check of certificates off', () => {
    const off = { NODE_TLS_REJECT_UNAUTHORIZED: '0' };
    expect(() => readEnv({ ...production, ...off })).toThrow(
      expect.objectContaining({
        name: 'EnvError',
        message: expect.stringMatching(/^NODE_TLS_REJECT_UNAUTHORIZED holds "0"; .* NODE_EXTRA_CA_CERTS$/),
      }),
    );
    expect(readEnv({ ...production, NODE_TLS_REJECT_UNAUTHORIZED: '1' }).NODE_ENV).toBe('production');
    expect(readEnv(off).NODE_ENV).toBe('development');
  });

  it.each(['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_DYNAMODB'])('rejects plain http beyond this machine: %s', (name) => {
    for (const value of [
      'http://dynamodb:8000',
      'http://10.0.0.5:8000',
      'http://localhost:x@10.0.0.5',
      'http://0.0.0.0',
    ]) {
      expect(() => readEnv({ ...production, [name]: value })).toThrow(
        expect.objectContaining({
          name: 'EnvError',
          message: expect.stringMatching(
            new RegExp(
              `^${name} holds ".*"; with NODE_ENV=production it may hold an https URL, an http URL within .*AWS itself$`,
            ),
          ),
        }),
      );
      if (!value.includes('@')) expect(readEnv({ [name]: value })[name as 'AWS_ENDPOINT_URL']).toBe(value); // in development
    }
    for (const value of ['http://localhost:8000', 'http://[::1]:8000', 'https://dynamodb.eu-west-1.amazonaws.com'])
      expect(readEnv({ ...production, [name]: value })[name as 'AWS_ENDPOINT_URL']).toBe(value);
  });
});
