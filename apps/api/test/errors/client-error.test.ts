import {
  ConditionFailedError,
  DatabaseUnavailableError,
  DeadlineExceededError,
  EntityNotFoundError,
  IndexNotFoundError,
  InvalidCursorError,
  InvalidInputError,
  InvalidItemError,
  ItemTooLargeError,
  TableNotFoundError,
  ThrottledError,
  TransactionPartError,
  TransactionTooLargeError,
  UniqueConstraintError,
  VersionConflictError,
  WriteOutcomeUnknownError,
} from '@aws-starter-kit/dynamo';
import { EmailTakenError } from '@aws-starter-kit/users';
import { TRPCError } from '@trpc/server';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { toClientError } from '../../src/errors/client-error.js';

const thrown = (cause: unknown) => new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause });
/** Errors as packages of other entities throw them. */
const of = (fields: object) => Object.assign(new Error('Said to clients'), fields);
const invalid = (schema: z.ZodType, input: unknown) =>
  new TRPCError({ code: 'BAD_REQUEST', cause: schema.safeParse(input).error });

describe('toClientError', () => {
  it.each([
    [new EmailTakenError('a@b.c'), 'CONFLICT', { reason: 'EMAIL_TAKEN', field: 'email' }],
    [new UniqueConstraintError('sku', '1'), 'CONFLICT', { reason: 'VALUE_TAKEN', field: 'sku' }],
    [of({ code: 'VALUE_TAKEN', attribute: 'sku' }), 'CONFLICT', { reason: 'VALUE_TAKEN', field: 'sku' }],
    [new VersionConflictError(1, 2), 'CONFLICT', { reason: 'VERSION_CONFLICT' }],
    [new InvalidInputError({ email: ['no'] }), 'BAD_REQUEST', { fieldErrors: { email: ['no'] } }],
    [new ConditionFailedError(['stock']), 'CONFLICT', { reason: 'CONDITION_FAILED' }],
    [new EntityNotFoundError('Product', 'x'), 'NOT_FOUND', {}],
    [new TransactionTooLargeError(101, 1), 'PAYLOAD_TOO_LARGE', {}],
    [new InvalidCursorError(), 'BAD_REQUEST', { reason: 'INVALID_CURSOR' }],
    [new InvalidItemError('name', 'NaN'), 'BAD_REQUEST', { fieldErrors: { name: [expect.stringContaining('NaN')] } }],
    [new ItemTooLargeError(500_000), 'PAYLOAD_TOO_LARGE', {}],
    [new ThrottledError('throughput'), 'TOO_MANY_REQUESTS', {}],
    [new DatabaseUnavailableError(), 'SERVICE_UNAVAILABLE', {}],
    [new WriteOutcomeUnknownError(), 'SERVICE_UNAVAILABLE', { reason: 'OUTCOME_UNKNOWN' }],
    [new DeadlineExceededError(5000), 'TIMEOUT', {}],
  ])('maps $name, with and without the TRPCError around it', (error, code, details) => {
    for (const given of [thrown(error), error]) {
      expect(toClientError(given)).toMatchObject({ code, message: expect.any(String), cause: error });
      expect(toClientError(given)?.details).toEqual(details);
    }
  });

  it('maps the error of a part of a transaction like that of a single call', () => {
    const error = new TransactionPartError(1, 'User.create', { cause: new EmailTakenError('a@b.c') });
    expect(toClientError(thrown(error))).toMatchObject({ code: 'CONFLICT', details: { reason: 'EMAIL_TAKEN' } });
    const typeError = new TransactionPartError(0, 'User.create', { cause: new TypeError('inside') });
    expect(toClientError(thrown(typeError))).toBeUndefined();
  });

  it.each([
    new TableNotFoundError('secret-table'),
    new IndexNotFoundError('secret-table', 'GSI3', false),
    new Error('ARN arn:aws:dynamodb:us-east-1:1:table/secret-table'),
    Object.assign(new Error('x'), { code: 'ECONNRESET' }),
    Object.assign(new Error('x'), { code: 'constructor' }),
    Object.assign(new Error('x'), { code: 7, fieldErrors: { price: ['no'] } }),
    z.string().safeParse(1).error,
    undefined,
  ])('reveals nothing of the unexpected %s', (error) => {
    expect(toClientError(thrown(error))).toBeUndefined();
  });

  it('names the problems by path, unknown fields by their own path', () => {
    const schema = z.strictObject({
      id: z.string(),
      data: z.strictObject({ email: z.string().min(3).endsWith('x') }),
      tags: z.array(z.string()),
    });
    const error = invalid(schema, { id: 1, data: { email: '', isAdmin: true, a: 1 }, tags: ['x', 2] });
    expect(toClientError(error)?.details.fieldErrors).toEqual({
      id: [expect.any(String)],
      'data.email': [expect.any(String), expect.any(String)],
      'data.isAdmin': ['Unknown field'],
      'data.a': ['Unknown field'],
      'tags.1': [expect.any(String)],
    });
  });

  it('names problems of the input as a whole "input"', () => {
    expect(toClientError(invalid(z.object({}), 7))?.details.fieldErrors).toEqual({ input: [expect.any(String)] });
  });

  it('names a field __proto__', () => {
    const error = invalid(z.strictObject({}), JSON.parse('{"__proto__": 1}'));
    expect(Object.entries(toClientError(error)?.details.fieldErrors ?? {})).toEqual([['__proto__', ['Unknown field']]]);
  });

  it('keeps the code of an error of tRPC, and replaces its message', () => {
    const error = new TRPCError({ code: 'NOT_FOUND', message: 'No procedure found on path "a@b.c"' });
    expect(toClientError(error)).toMatchObject({ code: 'NOT_FOUND', message: 'There is no such procedure' });
  });

  it('returns a ClientError as it is', () => {
    const error = toClientError(new DatabaseUnavailableError());
    expect(toClientError(error)).toBe(error);
  });
});
