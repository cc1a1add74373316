export type { Condition, UpdateRules } from './condition.js';
export { createDynamoClient } from './dynamo-client.js';
export { DynamoModel } from './dynamo-model.js';
export { ensureTable } from './ensure-table.js';
export {
  type BaseModel,
  type Changes,
  generateUUID,
  getCurrentTimestamp,
  type NewItem,
  removeGSIFields,
  type StoredItem,
} from './entity.js';
export {
  ConditionFailedError,
  DatabaseUnavailableError,
  DeadlineExceededError,
  EntityNotFoundError,
  InvalidCursorError,
  InvalidItemError,
  type InvalidItemReason,
  ItemTooLargeError,
  TableNotFoundError,
  ThrottledError,
  TransactionPartError,
  TransactionTooLargeError,
  UniqueConstraintError,
  VersionConflictError,
  WriteOutcomeUnknownError,
} from './errors.js';
export { type Inspection, inspect } from './inspect.js';
export type { IndexQuery, SortKeyCondition } from './key-condition.js';
export type { CallOptions, DynamoModelOptions, ReadOptions, ScanOptions, UpdateOptions } from './options.js';
export type { Page, PageQuery } from './query.js';
export { tableDefinition } from './table-definition.js';
export { type Part, transact } from './transact.js';
export { type Claim, markId } from './unique-claims.js';
