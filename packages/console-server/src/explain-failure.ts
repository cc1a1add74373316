import type { Reject } from './rejection.js';

const needed = {
  table: 'dynamodb:DescribeTable, DescribeTimeToLive and DescribeContinuousBackups',
  doctor: 'the policy of "pnpm iam print doctor-fix"',
};

/**
 * Returns the error of a failed operation: one that says what to do if the role of the API lacks a permission or there
 * is no table, else the failure itself.
 * @param role names the operation
 */
export function explained(failure: unknown, role: keyof typeof needed, reject: Reject): unknown {
  const { name, code } = Object(failure) as { name?: string; code?: string };
  if (name === 'AccessDeniedException')
    return reject({
      code: 'PRECONDITION_FAILED',
      message: `The role of the API may not do this. It needs ${needed[role]}`,
      cause: failure,
    });
  if (name === 'ResourceNotFoundException' || code === 'TABLE_NOT_FOUND')
    return reject({ code: 'NOT_FOUND', message: 'The table does not exist', cause: failure });
  return failure;
}
