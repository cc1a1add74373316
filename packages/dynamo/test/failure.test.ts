import { describe, expect, it } from 'vitest';
import { classify, type Failure } from '../src/failure.js';

const named = (name: string, more: object = {}) => Object.assign(new Error(name), { name }, more);
const cancelled = (...codes: string[]) =>
  named('TransactionCanceledException', { $fault: 'client', CancellationReasons: codes.map((Code) => ({ Code })) });

describe('classify', () => {
  it.each<[Failure, string, unknown]>([
    ['throughput', 'a table over its capacity', named('ProvisionedThroughputExceededException', { $fault: 'client' })],
    ['throughput', 'throttling', named('ThrottlingException', { $fault: 'client' })],
    ['throughput', 'an account over its limit', named('RequestLimitExceeded', { $fault: 'client' })],
    ['throughput', 'status 429', named('Odd', { $metadata: { httpStatusCode: 429 } })],
    ['throughput', 'a throttled action', cancelled('None', 'ThrottlingError')],
    ['contention', 'a conflict', named('TransactionConflictException', { $fault: 'client' })],
    ['contention', 'a cancelled conflict', cancelled('TransactionConflict', 'ConditionalCheckFailed')],
    ['skew', 'a clock that is off', named('InvalidSignatureException', { $fault: 'client' })],
    ['unreachable', 'a refused connection', named('Error', { code: 'ECONNREFUSED' })],
    ['unreachable', 'an unknown host', named('Error', { code: 'ENOTFOUND' })],
    [
      'unreachable',
      'a connection that takes too long',
      Object.assign(new Error('the request socket did not establish a connection with the server'), {
        name: 'TimeoutError',
      }),
    ],
    ['unreachable', 'the same of the lean transport', named('Error', { code: 'UND_ERR_CONNECT_TIMEOUT' })],
    ['broken', 'a reset', named('TimeoutError', { code: 'ECONNRESET' })],
    ['broken', 'a broken pipe', named('Error', { code: 'EPIPE' })],
    ['broken', 'an internal error', named('InternalServerError', { $fault: 'server' })],
    ['broken', 'status 503', named('Odd', { $fault: 'client', $metadata: { httpStatusCode: 503 } })],
    ['broken', 'our own token at work', named('TransactionInProgressException', { $fault: 'client' })],
    ['broken', 'an answer cut short', new SyntaxError('Unexpected end of JSON input')],
    ['final', 'a failed condition', named('ConditionalCheckFailedException', { $fault: 'client' })],
    ['final', 'failed conditions', cancelled('ConditionalCheckFailed', 'None')],
    ['final', 'an invalid request', named('ValidationException', { $fault: 'client' })],
    ['final', 'missing rights', named('AccessDeniedException', { $fault: 'client' })],
    ['final', 'a missing table', named('ResourceNotFoundException', { $fault: 'client' })],
    ['final', 'missing credentials', named('CredentialsProviderError')],
    ['final', 'a bug', new TypeError('x is not a function')],
    ['final', 'nothing', undefined],
  ])('calls %s what is %s', (failure, _, error) => {
    expect(classify(error)).toBe(failure);
  });
});
