export type { WrittenEntity } from './call/call.js';
export { type Collection, type CollectionPage, collection } from './collection.js';
export { checkCredentials, defaultLogger } from './connection/connection.js';
export { type EnvironmentVariable, environmentVariables } from './connection/environment.js';
export type { VectorDistance, VectorIndexSettings } from './connection/vector-settings.js';
export { DynamoModel, type Scoped } from './dynamo-model.js';
export type { CounterOptions, CounterShards } from './entity/counter-shards.js';
export {
  type Attribute,
  type AttributeValue,
  type BaseModel,
  type Changes,
  generateUUID,
  getCurrentTimestamp,
  type NewItem,
  removeGSIFields,
  type StoredItem,
} from './entity/entity.js';
export type { IndexKeyName, IndexName } from './entity/index-names.js';
export {
  firstOf,
  type KeyName,
  type KeyPart,
  key,
  lowerCase,
  orElse,
  padded,
  sortable,
} from './entity/key-template.js';
export type { Path, PathValue, RemovablePath } from './entity/path.js';
export type { EntityOf, NewOf, SchemaOf } from './entity/schema.js';
export type { IndexShards, ShardsOf } from './entity/sharding.js';
export { sortableNumber } from './entity/sortable-number.js';
export type { ComparableAttribute, VectorAttribute, VectorIndex } from './entity/vector-index.js';
export {
  CallSupersededError,
  ConditionFailedError,
  DatabaseUnavailableError,
  DeadlineExceededError,
  DynamoError,
  EntityNotFoundError,
  IdempotencyMismatchError,
  IndexNotFoundError,
  InvalidCursorError,
  InvalidInputError,
  ItemTooLargeError,
  StreamNotEnabledError,
  TableNotFoundError,
  ThrottledError,
  TransactionPartError,
  TransactionTooLargeError,
  UniqueConstraintError,
  VectorSearchUnsupportedError,
  VersionConflictError,
  WriteOutcomeUnknownError,
} from './errors.js';
export type { Condition, Conditions, Test } from './expressions/condition.js';
export type { IndexQuery, SortKeyCondition } from './expressions/key-condition.js';
export type { UpdateRules } from './expressions/update-rules.js';
export { type Inspection, inspect } from './inspect.js';
export { InvalidItemError, type InvalidItemReason } from './invalid-item-error.js';
export type {
  BatchCreateResult,
  BatchDeleteResult,
  BatchUpdateResult,
  CallOptions,
  DynamoModelOptions,
  IdOption,
  ModelLogger,
  NotOnce,
  OnceKey,
  OnceOption,
  ReadOptions,
  ScanOptions,
  UpdateOptions,
  VersionOption,
  WriteOptions,
} from './options.js';
export { fieldErrorsOf, parseInput } from './parse-input.js';
export type { ChangedEntity, StreamRecord } from './read/changed-entity.js';
export type { CountOptions, ForwardQuery, ListOptions, Page, PageQuery, Query } from './read/page-query.js';
export type { Projected } from './read/projection.js';
export { type PreparedRead, snapshot } from './read/snapshot.js';
export type { Neighbour, VectorQuery } from './read/vector-query.js';
export type { EntityVersion, VersionsQuery } from './read/versions.js';
export { type ShardedCounter, shardedCounter } from './sharded-counter.js';
export { missingIndexes, missingVectorIndexes, vectorIndexText } from './table/missing-indexes.js';
export {
  type IndexDefinition,
  streamSpecification,
  type TableDefinition,
  type TableOptions,
  tableDefinition,
} from './table/table-definition.js';
export type { VectorIndexDefinition } from './table/vector-definition.js';
export type { PreparedWrite } from './write/prepared-write.js';
export { transact } from './write/transact.js';
export { type Claim, claimsCompleteMarkerId } from './write/unique-claims.js';
