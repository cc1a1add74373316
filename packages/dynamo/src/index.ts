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
  DatabaseUnavailableError,
  DeadlineExceededError,
  InvalidCursorError,
  InvalidItemError,
  type InvalidItemReason,
  ItemTooLargeError,
  TableNotFoundError,
  ThrottledError,
  UniqueConstraintError,
  VersionConflictError,
  WriteOutcomeUnknownError,
} from './errors.js';
export { type Inspection, inspect } from './inspect.js';
export type { IndexQuery, SortKeyCondition } from './key-condition.js';
export type { CallOptions, DynamoModelOptions, ReadOptions, ScanOptions } from './options.js';
export type { Page, PageQuery } from './query.js';
export { tableDefinition } from './table-definition.js';
export { type Claim, markId } from './unique-claims.js';
export type { UpdateOptions } from './update.js';
