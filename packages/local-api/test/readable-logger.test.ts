import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ReadableLogger } from '../src/index.js';

describe('ReadableLogger', () => {
  let printed: string;
  beforeEach(() => {
    printed = '';
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      printed += text;
      return true;
    });
  });
  afterEach(() => vi.restoreAllMocks());

  const logger = new ReadableLogger('INFO');

  it('prints one readable line', () => {
    logger.info('hello', { count: 2, to: 'you' });
    expect(printed).toMatch(/^\d\d:\d\d:\d\d\.\d{3} INFO {2}hello {2}count=2 to=you\n$/);
  });

  it('prints the id of the request last, and the name of an error in the line', () => {
    logger.info('hello', { error: 'OddError', count: 2 }, { requestId: 'r-1' });
    expect(printed).toMatch(/ hello {2}error=OddError count=2 requestId=r-1\n$/);
  });

  it('prints the stack of an error at ERROR, and its message at WARN, with what caused it', () => {
    const error = new TypeError('no', { cause: new Error('deep') });
    logger.warn('odd', { error });
    expect(printed).toMatch(/odd\n {2}TypeError: no\n {2}caused by Error: deep\n$/);
    logger.error('bad', error);
    expect(printed).toMatch(/bad\n {2}TypeError: no\n {4}at .*readable-logger\.test/);
  });

  it('prints texts and objects beside the message with Powertools’ keys', () => {
    logger.info('hello', 'text');
    logger.critical({ message: 'the end', code: 1 });
    expect(printed).toMatch(/INFO {2}hello {2}extra=text\n.* CRITICAL the end {2}code=1\n$/);
  });

  it('prints nothing below its level', () => {
    const logger = new ReadableLogger('WARN');
    for (const level of ['trace', 'debug', 'info'] as const) logger[level]('quiet');
    expect([printed, logger.level]).toEqual(['', 16]);
  });
});
