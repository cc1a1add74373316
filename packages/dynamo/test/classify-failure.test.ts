import { describe, expect, it } from 'vitest';
import { classifyFailure, type Failure } from '../src/call/classify-failure.js';

const named = (name: string, more: object = {}) => Object.assign(new Error(name), { name }, more);
const cancelled = (...codes: string[]) =>
  named('TransactionCanceledException', { $fault: 'client', CancellationReasons: codes.map((Code) => ({ Code })) });

describe('classifyFailure', () => {
  it.each<[Failure, string, unknown]>([
    ['throttled', 'a table over its capacity', named('ProvisionedThroughputExceededException', { $fault: 'client' })],
    ['throttled', 'throttling', named('ThrottlingException', { $fault: 'client' })],
    ['throttled', 'an account over its limit', named('RequestLimitExceeded', { $fault: 'client' })],
    ['throttled', 'status 429', named('Odd', { $metadata: { httpStatusCode: 429 } })],
    ['throttled', 'a throttled action', cancelled('None', 'ThrottlingError')],
    ['conflict', 'a conflict', named('TransactionConflictException', { $fault: 'client' })],
    ['conflict', 'a cancelled conflict', cancelled('TransactionConflict', 'ConditionalCheckFailed')],
    ['clockSkew', 'a clock that is off', named('InvalidSignatureException', { $fault: 'client' })],
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
    ['ambiguous', 'a reset', named('TimeoutError', { code: 'ECONNRESET' })],
    ['ambiguous', 'a broken pipe', named('Error', { code: 'EPIPE' })],
    ['ambiguous', 'an internal error', named('InternalServerError', { $fault: 'server' })],
    ['ambiguous', 'status 503', named('Odd', { $fault: 'client', $metadata: { httpStatusCode: 503 } })],
    ['ambiguous', 'our own token at work', named('TransactionInProgressException', { $fault: 'client' })],
    ['ambiguous', 'an answer cut short', new SyntaxError('Unexpected end of JSON input')],
    ['permanent', 'a failed condition', named('ConditionalCheckFailedException', { $fault: 'client' })],
    ['permanent', 'failed conditions', cancelled('ConditionalCheckFailed', 'None')],
    ['permanent', 'an invalid request', named('ValidationException', { $fault: 'client' })],
    ['permanent', 'missing rights', named('AccessDeniedException', { $fault: 'client' })],
    ['permanent', 'a missing table', named('ResourceNotFoundException', { $fault: 'client' })],
    ['unreachable', 'missing credentials', named('CredentialsProviderError')],
    [
      'conflict',
      'a write in another region',
      named('ReplicatedWriteConflictException', { $fault: 'client', $retryable: {} }),
    ],
    ['conflict', 'an error that the SDK marks retryable', named('New', { $fault: 'client', $retryable: {} })],
    [
      'throttled',
      'one that it marks as throttling',
      named('New', { $fault: 'client', $retryable: { throttling: true } }),
    ],
    ['permanent', 'a bug', new TypeError('x is not a function')],
    ['permanent', 'nothing', undefined],
  ])('classifies as %s: %s', (failure, _, error) => {
    expect(classifyFailure(error)).toBe(failure);
  });
});
