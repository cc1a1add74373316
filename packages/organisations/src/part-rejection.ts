import { EntityNotFoundError, TransactionPartError, UniqueConstraintError } from '@aws-starter-kit/dynamo/model';

/** Returns whether a transaction was rejected because the entity of its first part is absent. */
export const isAbsent = (error: unknown): boolean =>
  error instanceof TransactionPartError && error.part === 0 && error.cause instanceof EntityNotFoundError;

/** Returns whether a transaction was rejected because an entity that it creates exists. */
export const isTaken = (error: unknown): boolean =>
  error instanceof TransactionPartError && error.cause instanceof UniqueConstraintError;
