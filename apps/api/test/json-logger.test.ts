import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { JsonLogger } from '../src/json-logger.js';

/** Lines are written some milliseconds later. */
const written = () => sleep(20);

/** What a logger prints, on either stream, line by line. */
async function printedBy(log: () => void): Promise<Record<string, unknown>[]> {
  let text = '';
  const collect = (chunk: unknown) => {
    text += chunk;
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(collect);
  vi.spyOn(process.stderr, 'write').mockImplementation(collect);
  log();
  await written();
  vi.restoreAllMocks();
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => ({ ...JSON.parse(line), timestamp: 'now' }));
}
afterEach(() => vi.restoreAllMocks());

const error = new RangeError('odd');
const circular: Record<string, unknown> = { big: 2n ** 64n };
circular.self = circular;

describe('JsonLogger', () => {
  it.each<[string, (logger: Logger) => void]>([
    ['texts and numbers', (log) => log.info('a', { code: 'OK', ms: 1.5, isOld: false }, { requestId: 'r' })],
    ['nothing beside the message', (log) => log.warn('a')],
    ['what is empty', (log) => log.info('a', { none: undefined, empty: '', nothing: null, zero: 0 })],
    ['a key given twice', (log) => log.info('a', { a: 1, b: 2 }, { b: 'later', c: 3 })],
    ['a key given and taken back', (log) => log.info('a', { a: 1, b: 2, c: 3 }, { a: undefined, b: null, c: '' })],
    [
      'numbers that JSON has not',
      (log) => log.info('a', { no: Number.NaN, endless: Number.POSITIVE_INFINITY, minus: -0 }),
    ],
    ['what needs quoting', (log) => log.info('a "text"\n', { 'a "key"': 'a "value"\u2028' })],
    ['keys of Powertools', (log) => log.info('a', { level: 'x', service: 'y', message: 'z' } as never)],
    ['objects', (log) => log.info('a', { circular })],
    ['an error', (log) => log.error('a', error)],
    ['an error among others', (log) => log.warn('a', { code: 1, error })],
    ['a text beside', (log) => log.info('a', 'b')],
    ['an object as message', (log) => log.info({ message: 'a', b: 1 })],
    ['below its level', (log) => log.debug('a', { b: 1 })],
    ['the worst', (log) => log.critical('a', { b: 1 })],
    [
      'kept keys',
      (log) => {
        log.appendKeys({ tenant: 't' });
        log.info('a', { b: 1 });
        log.createChild({ persistentKeys: { part: 'p' } }).info('child', { c: 1 });
        log.resetKeys();
        log.appendPersistentKeys({ kept: 'k' });
        log.info('c', { b: 1 });
      },
    ],
    [
      'a kept key that a line gives anew',
      (log) => log.createChild({ persistentKeys: { part: 'p' } }).info('child', { part: 'q' }),
    ],
    ['keys of a child', (log) => log.createChild({ persistentKeys: { part: 'p' } }).info('child', { c: 1 })],
    [
      'by a level that changes',
      (log) => {
        log.debug('no');
        log.setLogLevel('DEBUG');
        log.debug('yes', { b: 1 });
        log.setLogLevel('ERROR');
        log.warn('no');
      },
    ],
  ])('prints %s as Powertools does', async (_, log) => {
    const options = { serviceName: 'api', logLevel: 'INFO' } as const;
    const lines = await printedBy(() => log(new JsonLogger(options)));
    const wanted = await printedBy(() => log(new Logger(options)));
    expect(lines.map((line) => Object.entries(line))).toEqual(wanted.map((line) => Object.entries(line)));
  });

  it('writes the lines of some milliseconds together, before one of Powertools’ own', async () => {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const logger = new JsonLogger({ logLevel: 'INFO' });
    for (const text of ['a', 'b']) logger.info(text);
    expect(write).not.toHaveBeenCalled();
    logger.info('c', { of: ['a list'] });
    logger.info('d');
    await written();
    const messages = write.mock.calls.map(([text]) => String(text).match(/(?<="message":")\w/g));
    expect(messages).toEqual([['a', 'b'], ['c'], ['d']]);
  });

  it('leaves all lines to Powertools where TZ is another zone, in which it gives the time', async () => {
    vi.stubEnv('TZ', 'Asia/Tokyo');
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    vi.spyOn(console, 'info').mockImplementation(write as never);
    const logger = new JsonLogger({ logLevel: 'INFO' });
    logger.info('a', { b: 1 });
    logger.info('b', { of: ['a list'] });
    await written();
    vi.unstubAllEnvs();
    const zones = write.mock.calls.map(([text]) => JSON.parse(String(text)).timestamp.slice(-6));
    expect(zones).toEqual(['+09:00', '+09:00']);
  });

  it('gives the time in ISO 8601', async () => {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    new JsonLogger({ logLevel: 'INFO' }).info('a');
    await written();
    const { timestamp } = JSON.parse(String(write.mock.calls[0]?.[0]));
    expect(timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });
});
