import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readEnv } from '../src/env.js';

const defaults = {
  PORT: 3000,
  HOST: '127.0.0.1',
  DYNAMODB_TABLE: 'aws-starter-kit-table',
  AWS_REGION: 'us-east-1',
  DYNAMO_TRANSPORT: 'lean',
  SERVICE_NAME: 'aws-starter-kit-api',
  LOG_LEVEL: 'INFO',
  NODE_ENV: 'development',
  RATE_LIMIT_PER_MINUTE: 6000,
  MAX_CONCURRENT_CALLS: 128,
  DRAIN_MS: 2000,
};
const ofTokens = ['AUTH_ISSUER', 'AUTH_AUDIENCE', 'AUTH_JWKS_URL', 'AUTH_TOKEN_FILE'];
const withoutDefault = [...ofTokens, 'AWS_ENDPOINT_URL', 'TRUST_PROXY', 'CORS_ORIGINS', 'METRICS_PORT'];

describe('readEnv', () => {
  it('has a default for every variable', () => {
    expect(readEnv({})).toEqual(defaults);
  });

  it('has them all in .env.example, each with its default', () => {
    const example = parseEnv(readFileSync(new URL('../../../.env.example', import.meta.url), 'utf8'));
    const known = [...Object.keys(defaults), ...withoutDefault];
    expect(Object.keys(example).sort()).toEqual(known.sort());
    expect(readEnv(example)).toEqual(defaults);
  });

  it('takes an empty variable for one that is not set', () => {
    const empty = Object.fromEntries([...Object.keys(defaults), ...withoutDefault].map((name) => [name, '']));
    expect(readEnv(empty)).toEqual(defaults);
  });

  it('leaves out what it does not know', () => {
    expect(readEnv({ PATH: '/bin' })).toEqual(defaults);
  });

  it.each([
    ['PORT', '0', 0],
    ['PORT', '65535', 65535],
    ['HOST', '0.0.0.0', '0.0.0.0'],
    ['HOST', '::1', '::1'],
    ['DYNAMODB_TABLE', 'my.table_1-x', 'my.table_1-x'],
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
    ['METRICS_PORT', '9464', 9464],
    ['DRAIN_MS', '0', 0],
  ] as const)('takes %s=%s', (name, text, value) => {
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
    ['AWS_REGION', 'Frankfurt', 'a region such as us-east-1'],
    ['AWS_ENDPOINT_URL', 'localhost:8000', 'a URL such as http://localhost:8000, or nothing for AWS itself'],
    ['AWS_ENDPOINT_URL', 'ftp://localhost', 'a URL such as http://localhost:8000, or nothing for AWS itself'],
    ['AUTH_ISSUER', 'login.example.com', 'the https URL of who issues tokens, as in their `iss`'],
    ['AUTH_ISSUER', 'http://login.example.com', 'the https URL of who issues tokens, as in their `iss`'],
    ['AUTH_ISSUER', 'http://localhost.example.com', 'the https URL of who issues tokens, as in their `iss`'],
    ['AUTH_AUDIENCE', 'a b', 'whom tokens are for, as in their `aud`'],
    ['SERVICE_NAME', '   ', '1 to 100 characters'],
    ['LOG_LEVEL', 'LOUD', 'DEBUG, INFO, WARN, ERROR'],
    ['NODE_ENV', 'staging', 'development, test or production'],
    ['RATE_LIMIT_PER_MINUTE', '-1', 'a whole number from 0 (no limit) to 1000000'],
    ['MAX_CONCURRENT_CALLS', '0', 'a whole number from 1 to 10000'],
    ['TRUST_PROXY', 'true', 'addresses of proxies with commas between them, such as 10.0.0.0/8'],
    ['CORS_ORIGINS', '*', 'origins with commas between them, such as https://app.example.com'],
    ['CORS_ORIGINS', 'https://a.example/', 'origins with commas between them, such as https://app.example.com'],
    ['DYNAMO_TRANSPORT', 'fast', 'lean or sdk'],
    ['METRICS_PORT', 'on', 'a whole number from 0 (any free port) to 65535'],
    ['DRAIN_MS', '10000', 'a whole number from 0 to 3000'],
  ])('refuses %s=%s in one line', (name, text, mayHold) => {
    expect(() => readEnv({ [name]: text })).toThrow(
      expect.objectContaining({
        name: 'EnvError',
        message: `${name} holds ${JSON.stringify(text)}; it may hold ${mayHold}`,
      }),
    );
  });

  it('has one line for each bad variable', () => {
    expect(() => readEnv({ PORT: 'x', LOG_LEVEL: 'LOUD', HOST: 'a b' })).toThrow(
      expect.objectContaining({ message: expect.stringMatching(/^PORT .*\nHOST .*\nLOG_LEVEL .*$/) }),
    );
  });
});
