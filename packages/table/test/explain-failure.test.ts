import { expect, it } from 'vitest';
import { explainFailure } from '../src/explain-failure.js';

const place = { tableName: 'orders', region: 'eu-west-1', endpoint: undefined };
const named = (name: string, message: string) => Object.assign(new Error(message), { name });

it.each([
  [
    named('AccessDeniedException', 'not authorized to perform: dynamodb:CreateTable'),
    'lack a permission: not authorized',
  ],
  [
    named('UnrecognizedClientException', 'The security token is invalid'),
    'does not accept these credentials (The security',
  ],
  [named('ExpiredTokenException', 'expired'), 'does not accept these credentials (expired)'],
  [named('CredentialsProviderError', 'none'), 'No AWS credentials: set AWS_PROFILE'],
  [named('ResourceNotFoundException', 'Requested resource not found'), 'Table orders does not exist at eu-west-1'],
  [Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), 'No database answers at eu-west-1 (ECONNREFUSED)'],
  [new Error('out of reach', { cause: named('TimeoutError', 'x') }), 'No database answers at eu-west-1 (TimeoutError)'],
  [new TypeError('LOG_LEVEL holds "LOUD";\n  it may hold INFO'), 'LOG_LEVEL holds "LOUD"; it may hold INFO'],
  ['a thrown string', 'a thrown string'],
])('explains %s in one line with the next step', (error, says) => {
  const line = explainFailure(error, place);
  expect(line).toContain(says);
  expect(line).not.toContain('\n');
});
