import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import type { ModelLogger } from '@aws-starter-kit/dynamo';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { fastifyLogger } from '../../src/telemetry/fastify-logger.js';
import { apiLogger, jsonLogger } from '../../src/telemetry/logger.js';
import { capturedLogger } from '../captured-logger.js';

/** Lines are written at most 10 ms later. */
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
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const error = new RangeError('odd');
const circular: Record<string, unknown> = { big: 2n ** 64n };
circular.self = circular;
const options = { serviceName: 'api', logLevel: 'INFO' } as const;

describe('jsonLogger', () => {
  it.each<[string, (logger: ModelLogger) => void]>([
    ['texts and numbers', (log) => log.info('a', { code: 'OK', ms: 1.5, isOld: false }, { requestId: 'r' })],
    ['nothing beside the message', (log) => log.info('a')],
    ['no message', (log) => log.info('', { a: 1 })],
    ['empty values', (log) => log.info('a', { none: undefined, empty: '', nothing: null, zero: 0 })],
    ['a key given twice', (log) => log.info('a', { a: 1, b: 2 }, { a: 'later', c: 3 })],
    ['a key given and taken back', (log) => log.info('a', { a: 1, b: 2, c: 3 }, { a: undefined, b: null, c: '' })],
    ['numbers that JSON lacks', (log) => log.info('a', { no: Number.NaN, endless: Number.POSITIVE_INFINITY, z: -0 })],
    ['functions and symbols', (log) => log.info('a', { f: () => {}, s: Symbol('s'), b: 1 })],
    ['characters to escape', (log) => log.info('a "text"\n', { 'a "key"': 'a "value"\u2028\ud800' })],
    ['keys of Powertools', (log) => log.info('a', { level: 'x', service: 'y', message: 'z' } as never)],
    ['a key named __proto__', (log) => log.info('a', JSON.parse('{"__proto__":"x","b":1}'))],
    ['objects', (log) => log.info('a', { circular })],
    ['a bigint', (log) => log.info('a', { big: 1n })],
    ['an error', (log) => log.info('a', error)],
    ['an error among others', (log) => log.warn('a', { code: 1, error })],
    ['a text beside the message', (log) => log.info('a', 'b')],
    ['an object as message', (log) => log.info({ message: 'a', b: 1 })],
    ['a line below its level', (log) => log.debug('a', { b: 1 })],
    ['a warning', (log) => log.warn('a', { b: 1 })],
    ['a failure', (log) => log.error('a', { b: 1 }, { error })],
    ['the worst', (log) => log.critical('a', { b: 1 })],
  ])('prints %s as Powertools does', async (_, log) => {
    const lines = await printedBy(() => log(jsonLogger(options)));
    const wanted = await printedBy(() => log(new Logger(options)));
    expect(lines.map((line) => Object.entries(line))).toEqual(wanted.map((line) => Object.entries(line)));
  });

  it('prints warnings to standard error, and the other lines to standard output', async () => {
    const out = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const err = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    jsonLogger(options).info('a');
    jsonLogger(options).warn('b');
    await written();
    expect([out.mock.calls.length, err.mock.calls.length]).toEqual([1, 1]);
  });

  it('writes the lines of some milliseconds together, before a line that Powertools makes', async () => {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const logger = jsonLogger(options);
    for (const text of ['a', 'b']) logger.info(text);
    expect(write).not.toHaveBeenCalled();
    logger.info('c', { of: ['a list'] });
    logger.info('d');
    await written();
    const messages = write.mock.calls.map(([text]) => String(text).match(/(?<="message":")\w/g));
    expect(messages).toEqual([['a', 'b'], ['c'], ['d']]);
  });

  // each case has a second of its own, because the logger keeps all but the milliseconds for a second
  it.each([
    ['', '2026-02-28T23:59:58.', 'Z'],
    ['Asia/Tokyo', '2026-03-01T08:59:59.', '+09:00'],
  ])('gives the time in ISO 8601, in the zone of TZ=%s', async (zone, beforeMs, afterMs) => {
    onTestFinished(() => void vi.useRealTimers());
    if (zone) vi.stubEnv('TZ', zone);
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const second = Date.parse(zone ? '2026-02-28T23:59:59Z' : '2026-02-28T23:59:58Z');
    for (const ms of [7, 42, 999]) {
      vi.useFakeTimers({ toFake: ['Date'], now: second + ms });
      jsonLogger(options).info('a');
    }
    await written();
    const lines = String(write.mock.calls[0]?.[0]).trim().split('\n');
    const times = ['007', '042', '999'].map((ms) => `${beforeMs}${ms}${afterMs}`);
    expect(lines.map((line) => JSON.parse(line).timestamp)).toEqual(times);
  });
});

describe('a child', () => {
  it('adds its keys to each line, and only the child', () => {
    const { logger, lines } = capturedLogger();
    const log = apiLogger(logger);
    log.child({ requestId: 'r-1' }).child({ part: 'p' }).warn('child', { a: 1 });
    log.info('parent');
    expect(lines).toMatchObject([{ level: 'WARN', requestId: 'r-1', part: 'p', a: 1 }, { message: 'parent' }]);
    expect(lines[1]).not.toHaveProperty('requestId');
  });

  it('adds up the capacity units of the lines of models until they are drained, written or not', async () => {
    const lines = await printedBy(() => {
      const log = jsonLogger(options).child({ requestId: 'r-1' }, 8);
      expect(log.level).toBe(8); // asks models for lines at DEBUG
      log.debug('User.getById', { operation: 'getById', capacityUnits: 1.5 });
      log.info('User.create', { operation: 'create', capacityUnits: 6 });
      log.info('users.create', { code: 'OK', capacityUnits: 100 }); // of a call
      log.info('User.update', { operation: 'update' });
      expect([log.drainCapacityUnits(), log.drainCapacityUnits()]).toEqual([7.5, 0]);
    });
    expect(lines.map(({ message }) => message)).toEqual(['User.create', 'users.create', 'User.update']);
  });
});

describe('fastifyLogger', () => {
  it('takes the calls of pino', () => {
    const { logger, lines } = capturedLogger();
    const log = fastifyLogger(apiLogger(logger));
    expect(log.level).toBe('debug');
    log.info('text');
    log.warn({ port: 1 }, 'object and text');
    log.error(new RangeError('an error'));
    log.error({ err: new RangeError('inside'), port: 2 });
    log.info({ message: 'in the object' });
    log.fatal('the end');
    expect(lines).toMatchObject([
      { level: 'INFO', message: 'text' },
      { level: 'WARN', message: 'object and text', port: 1 },
      { level: 'ERROR', message: 'an error', error: { name: 'RangeError', message: 'an error' } },
      { level: 'ERROR', message: 'inside', port: 2, error: { name: 'RangeError' } },
      { level: 'INFO', message: 'in the object' },
      { level: 'CRITICAL', message: 'the end' },
    ]);
  });

  it('gives a child its keys, and only the child', () => {
    const { logger, lines } = capturedLogger();
    const log = fastifyLogger(apiLogger(logger));
    log.child({ requestId: 'r-1' }).child({ plugin: 'p' }).info({ a: 1 }, 'child');
    log.info('parent');
    expect(lines[0]).toMatchObject({ requestId: 'r-1', plugin: 'p', a: 1 });
    expect(lines[1]).not.toHaveProperty('requestId');
  });

  it('never writes a request or a reply', () => {
    const { logger, lines } = capturedLogger();
    const log = fastifyLogger(apiLogger(logger));
    log.info({ req: { url: '/?email=a@b.c' }, res: { statusCode: 200 }, responseTime: 1 }, 'done');
    expect(JSON.stringify(lines)).not.toContain('a@b.c');
    expect(lines[0]).not.toHaveProperty('res');
  });
});
