import { ThrottledError } from '@aws-starter-kit/dynamo';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { loggableError } from '../../src/telemetry/loggable-error.js';

const thrownBy = (run: () => unknown): Error => {
  try {
    run();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
};
/** All that a line could show of an error. */
const textOf = (error: unknown): string =>
  error instanceof Error ? `${error.name} ${error.stack} ${JSON.stringify(error)} ${textOf(error.cause)}` : '';
const ofDatabase = (name: string, message: string) =>
  Object.assign(new Error(message), { name, $metadata: {}, $fault: 'client' });

describe('loggableError', () => {
  it('keeps name, code, message and stack, of the causes too', () => {
    const cause = Object.assign(new Error('The connection is closed'), { code: 'ECONNRESET' });
    const error = new ThrottledError('contention', { cause });
    const loggable = loggableError(error);
    expect(loggable).toBeInstanceOf(Error);
    expect(loggable).toMatchObject({ name: 'ThrottledError', code: 'THROTTLED', message: error.message });
    expect(loggable.stack).toBe(
      error.stack?.replace('Error:', 'ThrottledError:').replace('ThrottledThrottled', 'Throttled'),
    );
    expect(loggable.cause).toMatchObject({ name: 'Error', code: 'ECONNRESET', message: 'The connection is closed' });
  });

  it.each<[string, () => Error]>([
    ['reasons of a cancelled transaction', () => Object.assign(new Error('cancelled'), { reasons: [{ Item: 'zoe' }] })],
    ['fields of a cause', () => new Error('a', { cause: Object.assign(new Error('b'), { item: { name: 'zoe' } }) })],
    ['a cause that is no error', () => new Error('a', { cause: { name: 'zoe' } })],
    ['errors of an aggregate', () => new AggregateError([new Error('zoe')], 'several')],
    ['a name', () => Object.assign(new Error('a'), { name: 'zoe@example.com' })],
    ['a code that is no text', () => Object.assign(new Error('a'), { code: { of: 'zoe' } })],
    ['an email in a message', () => new Error('User with email zoe@example.com already exists')],
    ['what JSON quotes', () => thrownBy(() => JSON.parse('zoe is no JSON'))],
    ['what a package quotes', () => thrownBy(() => z.strictObject({}).parse(JSON.parse('{"zoe":1}')))],
    ['what the database quotes', () => ofDatabase('ValidationException', 'Values were invalid: zoe')],
    ['lines of a message', () => ofDatabase('ValidationException', 'Invalid: zoe\n    at zoe (zoe.js:1:1)')],
  ])('leaves out %s', (_, error) => {
    expect(textOf(loggableError(error()))).not.toContain('zoe');
  });

  it('keeps what an operator needs of the database and of the system', () => {
    const denied = 'User: arn:aws:iam::1:role/api is not authorized to perform: dynamodb:Query';
    expect(loggableError(ofDatabase('AccessDeniedException', denied)).message).toBe(denied);
    const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:8000'), { syscall: 'connect' });
    expect(loggableError(refused).message).toBe(refused.message);
    expect(loggableError(ofDatabase('ValidationException', 'Values were invalid: x')).message).toBe(
      'Values were invalid …',
    );
  });
});
