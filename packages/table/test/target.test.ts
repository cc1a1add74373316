import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { confirmWrite, isLoopback, targetOf } from '../src/index.js';

beforeEach(() => {
  for (const name of ['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_DYNAMODB']) vi.stubEnv(name, undefined);
});
afterEach(() => vi.unstubAllEnvs());

describe('the target of a command', () => {
  it('is this machine, unless the environment or --aws names another', () => {
    expect(targetOf({})).toEqual({ endpoint: 'http://127.0.0.1:8000' });
    expect(targetOf({ aws: true })).toEqual({ endpoint: undefined });
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:8001');
    expect(targetOf({})).toEqual({ endpoint: 'http://127.0.0.1:8001' });
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', 'http://127.0.0.1:8002');
    expect(targetOf({})).toEqual({ endpoint: 'http://127.0.0.1:8002' });
    vi.stubEnv('AWS_ENDPOINT_URL', '');
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', '');
    expect(targetOf({})).toEqual({ endpoint: 'http://127.0.0.1:8000' });
  });

  it('is not guessed if options and environment disagree', () => {
    expect(() => targetOf({ apiUrl: 'https://api.example.com' })).toThrow(
      /^API_URL names https:\/\/api.example.com, but/,
    );
    expect(targetOf({ apiUrl: 'https://api.example.com', aws: true })).toEqual({ endpoint: undefined });
    expect(targetOf({ apiUrl: 'http://localhost:3000' })).toEqual({ endpoint: 'http://127.0.0.1:8000' });
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:8001');
    expect(() => targetOf({ aws: true })).toThrow(/^--aws is for AWS itself, but AWS_ENDPOINT_URL is set: unset it/);
  });
});

it.each([
  ['http://localhost:3000', true],
  ['http://127.0.0.1:8000', true],
  ['http://127.1:8000', true],
  ['http://[::1]:8000', true],
  ['http://127.0.0.1.example.com', false],
  ['http://localhost:x@example.com', false],
  ['http://[::ffff:127.0.0.1]', false],
  ['http://0.0.0.0', false],
  ['https://dynamodb.eu-west-1.amazonaws.com', false],
])('knows that %s is on this machine: %s', (url, expected) => {
  expect(isLoopback(url)).toBe(expected);
});

describe('a write', () => {
  const said = () => vi.mocked(process.stderr.write).mock.calls.map(([text]) => text);
  beforeEach(() => void vi.spyOn(process.stderr, 'write').mockReturnValue(true));
  afterEach(() => void vi.restoreAllMocks());

  it('to this machine is neither shown nor confirmed', async () => {
    await confirmWrite({ name: 'table users at http://127.0.0.1:8000', url: 'http://127.0.0.1:8000' });
    expect(said()).toEqual([]);
  });

  it.each([undefined, 'https://dynamodb.example.com'])(
    'beyond it, to %s, is shown, and needs --yes without a terminal',
    async (url) => {
      const name = 'table users at eu-west-1';
      await expect(confirmWrite({ name, url })).rejects.toMatchObject({
        code: 'TARGET_NOT_CONFIRMED',
        message: 'Nothing was written: add --yes if that is the right target',
      });
      await confirmWrite({ name, url, yes: true });
      expect(said()).toEqual(Array(2).fill('This writes to table users at eu-west-1, beyond this machine.\n'));
    },
  );
});
