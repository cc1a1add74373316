import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLogger } from '../src/logger.js';

describe('createLogger', () => {
  let printed: string;
  beforeEach(() => {
    printed = '';
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      printed += text;
      return true;
    });
  });
  afterEach(() => vi.restoreAllMocks());

  it('prints one JSON object a line where nobody reads along', () => {
    createLogger({ serviceName: 'api', level: 'INFO', readable: false }).info('hello', { count: 2 });
    expect(printed).toMatch(/^[^\n]*\n$/);
    expect(JSON.parse(printed)).toMatchObject({ level: 'INFO', message: 'hello', service: 'api', count: 2 });
  });

  it('prints one readable line on a terminal', () => {
    createLogger({ serviceName: 'api', level: 'INFO', readable: true }).info('hello', { count: 2, to: 'you' });
    expect(printed).toMatch(/^\d\d:\d\d:\d\d\.\d{3} INFO {2}hello {2}count=2 to=you\n$/);
  });

  it('prints the id of the request last on a terminal, and the name of an error in the line', () => {
    const logger = createLogger({ serviceName: 'api', level: 'INFO', readable: true });
    logger.createChild({ persistentKeys: { requestId: 'r-1' } }).info('hello', { error: 'OddError', count: 2 });
    expect(printed).toMatch(/ hello {2}error=OddError count=2 requestId=r-1\n$/);
  });

  it('prints the stack of an error at ERROR, and its message at WARN, with what caused it', () => {
    const logger = createLogger({ serviceName: 'api', level: 'INFO', readable: true });
    const error = new TypeError('no', { cause: new Error('deep') });
    logger.warn('odd', { error });
    expect(printed).toMatch(/odd\n {2}TypeError: no\n {2}caused by Error: deep\n$/);
    logger.error('bad', error);
    expect(printed).toMatch(/bad\n {2}TypeError: no\n {4}at .*logger\.test/);
  });

  it.each([true, false])('keeps the keys of a child to the child (readable: %s)', (readable) => {
    const logger = createLogger({ serviceName: 'api', level: 'INFO', readable });
    const child = logger.createChild({ persistentKeys: { requestId: 'r-1' } });
    child.info('of the child');
    expect(printed).toContain('r-1');
    printed = '';
    logger.info('of the parent');
    expect(printed).not.toContain('r-1');
  });

  it.each([true, false])('prints nothing below its level (readable: %s)', (readable) => {
    const logger = createLogger({ serviceName: 'api', level: 'WARN', readable });
    logger.createChild().info('quiet');
    expect(printed).toBe('');
  });
});
