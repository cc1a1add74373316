import { describe, expect, it } from 'vitest';
import { fastifyLogger } from '../src/fastify-logger.js';
import { capturedLogger } from './captured-logger.js';

describe('fastifyLogger', () => {
  it('writes pino-style calls through Powertools', () => {
    const { logger, lines } = capturedLogger();
    const log = fastifyLogger(logger);
    log.info('text');
    log.warn({ port: 1 }, 'object and text');
    log.error(new RangeError('an error'));
    log.error({ err: new RangeError('inside'), port: 2 });
    log.fatal('the end');
    expect(lines).toMatchObject([
      { level: 'INFO', message: 'text' },
      { level: 'WARN', message: 'object and text', port: 1 },
      { level: 'ERROR', message: 'an error', error: { name: 'RangeError', message: 'an error' } },
      { level: 'ERROR', message: 'inside', port: 2, error: { name: 'RangeError' } },
      { level: 'CRITICAL', message: 'the end' },
    ]);
  });

  it('gives a child its keys, and only the child', () => {
    const { logger, lines } = capturedLogger();
    const log = fastifyLogger(logger);
    log.child({ requestId: 'r-1' }).child({ plugin: 'p' }).info({ a: 1 }, 'child');
    log.info('parent');
    expect(lines[0]).toMatchObject({ requestId: 'r-1', plugin: 'p', a: 1 });
    expect(lines[1]).not.toHaveProperty('requestId');
  });

  it('never writes a request or a reply', () => {
    const { logger, lines } = capturedLogger();
    fastifyLogger(logger).info({ req: { url: '/?email=a@b.c' }, res: { statusCode: 200 }, responseTime: 1 }, 'done');
    expect(JSON.stringify(lines)).not.toContain('a@b.c');
    expect(lines[0]).not.toHaveProperty('res');
  });
});
