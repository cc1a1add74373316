import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { numberOfIndexes, numberOfSockets, readEnvironment } from '../../src/connection/environment.js';

const variables = [
  'DYNAMODB_TABLE',
  'AWS_REGION',
  'AWS_ENDPOINT_URL',
  'AWS_ENDPOINT_URL_DYNAMODB',
  'SERVICE_NAME',
  'LOG_LEVEL',
  'DYNAMO_TRANSPORT',
  'DYNAMODB_INDEXES',
  'DYNAMODB_MAX_SOCKETS',
];
beforeEach(() => {
  for (const name of variables) vi.stubEnv(name, '');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

describe('the endpoint', () => {
  const ofAll = 'http://localhost:4566';
  const ofDynamo = 'http://localhost:8000';
  it.each([
    ['undefined without a variable', '', '', undefined],
    ['that of all services', ofAll, '', ofAll],
    ['that of DynamoDB', '', ofDynamo, ofDynamo],
    ['that of DynamoDB before that of all services', ofAll, ofDynamo, ofDynamo],
  ])('is %s', (_, all, dynamo, expected) => {
    vi.stubEnv('AWS_ENDPOINT_URL', all);
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', dynamo);
    expect(readEnvironment().endpoint).toBe(expected);
  });
});

it.each([
  ['AWS_ENDPOINT_URL', 'localhost 8000', 'a URL such as http://localhost:8000, or nothing for AWS itself'],
  ['AWS_ENDPOINT_URL_DYNAMODB', 'ftp://localhost', 'a URL such as http://localhost:8000, or nothing for AWS itself'],
  ['AWS_REGION', 'Frankfurt', 'a region such as us-east-1'],
  ['DYNAMODB_TABLE', 'a b', '3 to 255 of a-z A-Z 0-9 _ . -'],
  ['LOG_LEVEL', 'LOUD', 'DEBUG, INFO, WARN, ERROR'],
  ['DYNAMO_TRANSPORT', 'fast', 'lean or sdk'],
])('rejects an invalid %s with the variable, its value and the allowed values', (name, value, allowed) => {
  vi.stubEnv(name, value);
  expect(() => readEnvironment()).toThrow(new TypeError(`${name} holds "${value}"; it may hold ${allowed}`));
});

describe('the number of indexes', () => {
  it('is the option, else the variable, else 2', () => {
    expect(numberOfIndexes()).toBe(2);
    vi.stubEnv('DYNAMODB_INDEXES', '20');
    expect(numberOfIndexes()).toBe(20);
    expect(numberOfIndexes(1)).toBe(1);
  });

  it.each(['0', '21', '2.5', '-1', ' 3', '03', 'two'])('is rejected in one line if the variable is %j', (value) => {
    vi.stubEnv('DYNAMODB_INDEXES', value);
    expect(() => numberOfIndexes()).toThrow(
      new TypeError(`DYNAMODB_INDEXES holds "${value}"; it may hold a whole number from 1 to 20`),
    );
  });

  it.each([0, 21, 2.5, Number.NaN])('is rejected in one line if the option is %d', (value) => {
    expect(() => numberOfIndexes(value)).toThrow(/^indexes holds .*; it may hold a whole number from 1 to 20$/);
  });
});

describe('the number of sockets', () => {
  it('is the option, else the variable, else 128', () => {
    expect(numberOfSockets()).toBe(128);
    vi.stubEnv('DYNAMODB_MAX_SOCKETS', '1000');
    expect(numberOfSockets()).toBe(1000);
    expect(numberOfSockets(1)).toBe(1);
  });

  it.each(['0', '1001', '2.5', '-1', ' 3', '03', 'two'])('is rejected in one line if the variable is %j', (value) => {
    vi.stubEnv('DYNAMODB_MAX_SOCKETS', value);
    expect(() => numberOfSockets()).toThrow(
      new TypeError(`DYNAMODB_MAX_SOCKETS holds "${value}"; it may hold a whole number from 1 to 1000`),
    );
  });

  it.each([0, 1001, 2.5, Number.NaN])('is rejected in one line if the option is %d', (value) => {
    expect(() => numberOfSockets(value)).toThrow(/^maxSockets holds .*; it may hold a whole number from 1 to 1000$/);
  });
});
