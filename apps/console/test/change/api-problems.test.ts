import { describe, expect, it } from 'vitest';
import { ResourceError } from '../../src/api/errors.js';
import { apiProblems } from '../../src/change/form/api-problems.js';
import { draftsOf } from '../../src/change/form/changed-values.js';
import { namedFields } from '../../src/change/form/field-spec.js';

const fields = namedFields({
  properties: {
    email: { type: 'string' },
    tags: { type: 'array', items: { type: 'string' } },
    limits: { type: 'object', additionalProperties: { type: 'number' } },
    anything: {},
  },
});
const drafts = draftsOf(fields, { email: 'a', tags: ['x', 'y'], limits: { day: 1 }, anything: { a: [1] } });
const problemsOf = (data: ConstructorParameters<typeof ResourceError>[1]) =>
  apiProblems(new ResourceError('Rejected', data), fields, drafts);

describe('the problems that the API finds', () => {
  it.each([
    ['email', 'email'],
    ['data.email', 'email'],
    ['data.tags.1', 'tags.1'],
    ['data.tags.7', 'tags'],
    ['data.limits.day', 'limits.day'],
    ['data.anything.a.0', 'anything'],
  ])('of %s are at the input %s', (path, input) => {
    expect(problemsOf({ httpStatus: 400, fieldErrors: { [path]: ['Wrong'] } })).toEqual({ [input]: ['Wrong'] });
  });

  it('that no input has are at the whole form, with their path', () => {
    expect(problemsOf({ fieldErrors: { 'data.other': ['Wrong'], '': ['Nothing to change'] } })).toEqual({
      '': ['data.other: Wrong', 'Nothing to change'],
    });
  });

  it('are at the attribute whose value is taken, or at each of several', () => {
    expect(problemsOf({ httpStatus: 409, reason: 'EMAIL_TAKEN', field: 'email' })).toEqual({
      email: ['This email is taken'],
    });
    expect(problemsOf({ httpStatus: 409, reason: 'VALUE_TAKEN', field: 'email+orgId' })).toEqual({
      email: ['This value is taken: Rejected'],
      '': ['This value is taken: Rejected'],
    });
  });

  it('are none if it rejects something else', () => {
    expect(problemsOf({ httpStatus: 409, reason: 'VERSION_CONFLICT' })).toBeUndefined();
  });
});
