import { expect, it } from 'vitest';
import { translateFailure } from '../src/call/classify-failure.js';

const failure = (name: string, message: string) => Object.assign(new Error(message), { name });
const query = { TableName: 'users', IndexName: 'GSI3' };

it.each([
  ['does not exist', 'The table does not have the specified index: GSI3', false],
  ['is still being built', 'Cannot read from backfilling global secondary index: GSI3', true],
])('says of an index in the words of AWS that it %s, and gives the command', (state, message, isBuilding) => {
  const cause = failure('ValidationException', message);
  expect(translateFailure(cause, 'users', query)).toMatchObject({
    name: 'IndexNotFoundError',
    code: 'INDEX_NOT_FOUND',
    index: 'GSI3',
    isBuilding,
    message: expect.stringMatching(new RegExp(`^Index GSI3 of table users ${state}: .*\`pnpm table update\``)),
    cause,
  });
});

it.each([
  failure('ValidationException', 'One or more parameter values were invalid'),
  failure('AccessDeniedException', 'not authorized to perform: dynamodb:Query on resource: index/GSI3'),
  failure('Error', ''),
])('leaves %s as it is', (error) => {
  expect(translateFailure(error, 'users', query)).toBe(error);
});
