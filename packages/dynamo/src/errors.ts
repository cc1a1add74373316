/** Base class of the errors of this package. Each has a literal `name`, a `code`, and the `cause` where there is one. */
export abstract class DynamoError extends Error {
  abstract override readonly name: string;
  abstract readonly code: string;
}

/** Another entity already holds this value of a unique attribute (or this id, where `generateId` gave one twice). */
export class UniqueConstraintError extends DynamoError {
  override readonly name = 'UniqueConstraintError';
  readonly code = 'UNIQUE_CONSTRAINT';
  readonly attribute: string;
  readonly value: string;
  constructor(attribute: string, value: string, options?: ErrorOptions) {
    super(`Another entity holds this ${attribute}`, options); // the value stays out of logs
    this.attribute = attribute;
    this.value = value;
  }
}

/** The stored version is not the `expectedVersion`: another writer came in between. Read again, then decide. */
export class VersionConflictError extends DynamoError {
  override readonly name = 'VersionConflictError';
  readonly code = 'VERSION_CONFLICT';
  readonly expectedVersion: number;
  readonly actualVersion: number;
  constructor(expectedVersion: number, actualVersion: number, options?: ErrorOptions) {
    super(`Expected version ${expectedVersion}, the stored version is ${actualVersion}`, options);
    this.expectedVersion = expectedVersion;
    this.actualVersion = actualVersion;
  }
}

/** The stored entity does not meet the conditions of `if`. Nothing was written. */
export class ConditionFailedError extends DynamoError {
  override readonly name = 'ConditionFailedError';
  readonly code = 'CONDITION_FAILED';
  /** The attributes of `if`; at least one of them does not meet its condition. */
  readonly attributes: readonly string[];
  constructor(attributes: readonly string[], options?: ErrorOptions) {
    super(`The condition on ${attributes.join(', ')} does not hold`, options);
    this.attributes = attributes;
  }
}

/** A part of a transaction was rejected, so nothing of it was written. `cause` is the error of the same call by itself. */
export class TransactionPartError extends DynamoError {
  override readonly name = 'TransactionPartError';
  readonly code = 'TRANSACTION_PART';
  /** Its position among the parts, from 0. */
  readonly part: number;
  constructor(part: number, what: string, options: ErrorOptions & { cause: unknown }) {
    const { message } = options.cause as Error;
    super(`Part ${part} of the transaction (${what}) was rejected: ${message}`, options);
    this.part = part;
  }
}

/** There is no such entity. Only in a transaction: by itself, an update returns null. */
export class EntityNotFoundError extends DynamoError {
  override readonly name = 'EntityNotFoundError';
  readonly code = 'ENTITY_NOT_FOUND';
  readonly id: string;
  constructor(entity: string, id: string, options?: ErrorOptions) {
    super(`There is no ${entity} with this id`, options);
    this.id = id;
  }
}

/** The key of `once` was used before, for another call. Nothing was written: take a new key, or repeat the call as it was. */
export class IdempotencyMismatchError extends DynamoError {
  override readonly name = 'IdempotencyMismatchError';
  readonly code = 'IDEMPOTENCY_MISMATCH';
  constructor(options?: ErrorOptions) {
    super('Another call used this key of `once`: take a new key, or repeat the call as it was', options);
  }
}

/**
 * A later attempt of this call, with the same key of `once`, was already rejected. Nothing was written, and the answer
 * to the later attempt is the valid one.
 */
export class CallSupersededError extends DynamoError {
  override readonly name = 'CallSupersededError';
  readonly code = 'CALL_SUPERSEDED';
  constructor(options?: ErrorOptions) {
    super('A later attempt of this call was already rejected: nothing was written', options);
  }
}

/** More than DynamoDB accepts in one transaction. Nothing was sent. */
export class TransactionTooLargeError extends DynamoError {
  override readonly name = 'TransactionTooLargeError';
  readonly code = 'TRANSACTION_TOO_LARGE';
  /** Number of entities and claims. */
  readonly actions: number;
  readonly bytes: number;
  constructor(actions: number, bytes: number, options?: ErrorOptions) {
    super(
      `The transaction has ${actions} actions and about ${bytes} bytes; the limits are 100, claims included, and 3,500,000`,
      options,
    );
    this.actions = actions;
    this.bytes = bytes;
  }
}

/** A write was sent and may have been applied, now or at any later time. Read before repeating it. */
export class WriteOutcomeUnknownError extends DynamoError {
  override readonly name = 'WriteOutcomeUnknownError';
  readonly code = 'WRITE_OUTCOME_UNKNOWN';
  constructor(options?: ErrorOptions) {
    super('The write was sent, but whether it was applied is unknown: read before repeating it', options);
  }
}

/** The cursor was not given by this query: it is damaged, or belongs to another query. Start without one. */
export class InvalidCursorError extends DynamoError {
  override readonly name = 'InvalidCursorError';
  readonly code = 'INVALID_CURSOR';
  constructor(options?: ErrorOptions) {
    super('The cursor does not belong to this query: start again without one', options);
  }
}

/** The item is over DynamoDB's 400 KB (409,600 bytes, names and values in UTF-8). */
export class ItemTooLargeError extends DynamoError {
  override readonly name = 'ItemTooLargeError';
  readonly code = 'ITEM_TOO_LARGE';
  /** Size of the item; of the change alone where the database rejected it and the rest of the item is not known. */
  readonly bytes: number;
  constructor(bytes: number, options?: ErrorOptions) {
    super(`The item has about ${bytes} bytes; DynamoDB stores at most 409,600`, options);
    this.bytes = bytes;
  }
}

/** The database rejected the request for load (`throughput`) or for other writers of the same items (`contention`) until the deadline. */
export class ThrottledError extends DynamoError {
  override readonly name = 'ThrottledError';
  readonly code = 'THROTTLED';
  readonly reason: 'throughput' | 'contention';
  constructor(reason: 'throughput' | 'contention', options?: ErrorOptions) {
    super(`The database is busy (${reason}): try again later`, options);
    this.reason = reason;
  }
}

/** The call's `deadlineMs` passed before anything was written. */
export class DeadlineExceededError extends DynamoError {
  override readonly name = 'DeadlineExceededError';
  readonly code = 'DEADLINE_EXCEEDED';
  readonly deadlineMs: number;
  constructor(deadlineMs: number, options?: ErrorOptions) {
    super(`The call did not end within its deadline of ${deadlineMs} ms`, options);
    this.deadlineMs = deadlineMs;
  }
}

/** The table does not exist in this region and account. */
export class TableNotFoundError extends DynamoError {
  override readonly name = 'TableNotFoundError';
  readonly code = 'TABLE_NOT_FOUND';
  readonly tableName: string;
  constructor(tableName: string, options?: ErrorOptions) {
    super(
      `Table ${tableName} does not exist: create it with \`pnpm table create\` or ensureTable(), or set DYNAMODB_TABLE, AWS_REGION or AWS_ENDPOINT_URL`,
      options,
    );
    this.tableName = tableName;
  }
}

/** A query of an index that the table does not have, or that DynamoDB has not filled yet. */
export class IndexNotFoundError extends DynamoError {
  override readonly name = 'IndexNotFoundError';
  readonly code = 'INDEX_NOT_FOUND';
  /** `GSI3`, or `embedding-cosine` of a vector index. */
  readonly index: string;
  /** The index is there, but not yet with all items of the table. */
  readonly isBuilding: boolean;
  constructor(tableName: string, index: string, isBuilding: boolean, options?: ErrorOptions) {
    const setting = /^GSI\d+$/.test(index)
      ? `set DYNAMODB_INDEXES to ${index.replace('GSI', '')} or more`
      : 'add it to DYNAMODB_VECTORS';
    const advice = isBuilding
      ? `is still being built: \`pnpm table update\` shows its progress and ends when it is ready`
      : `does not exist: ${setting}, then run \`pnpm table update\``;
    super(`Index ${index} of table ${tableName} ${advice}`, options);
    this.index = index;
    this.isBuilding = isBuilding;
  }
}

/** The database has no vector indexes, as DynamoDB Local has none. */
export class VectorSearchUnsupportedError extends DynamoError {
  override readonly name = 'VectorSearchUnsupportedError';
  readonly code = 'VECTOR_SEARCH_UNSUPPORTED';
  constructor(options?: ErrorOptions) {
    super('This database has no vector indexes: use DynamoDB itself, or dynoxide on this machine', options);
  }
}

/** The table has no stream, or its stream lacks the items before and after each change. */
export class StreamNotEnabledError extends DynamoError {
  override readonly name = 'StreamNotEnabledError';
  readonly code = 'STREAM_NOT_ENABLED';
  readonly tableName: string;
  /** @param view the images of its stream; undefined if it has none */
  constructor(tableName: string, view?: string, options?: ErrorOptions) {
    const advice =
      view === undefined
        ? 'has no stream: run `pnpm table stream`'
        : `has a stream with ${view}, not NEW_AND_OLD_IMAGES: turn it off, then run \`pnpm table stream\``;
    super(`Table ${tableName} ${advice}`, options);
    this.tableName = tableName;
  }
}

/** The database cannot be reached, or fails. Nothing was written. */
export class DatabaseUnavailableError extends DynamoError {
  override readonly name = 'DatabaseUnavailableError';
  readonly code = 'DATABASE_UNAVAILABLE';
  constructor(options?: ErrorOptions) {
    super('The database cannot be reached, or fails: try again later', options);
  }
}

/** The input of a call does not match its schema. Nothing was written. */
export class InvalidInputError extends DynamoError {
  override readonly name = 'InvalidInputError';
  readonly code = 'INVALID_INPUT';
  /** Messages by field, such as `data.email`. Messages about the whole input are under `input`. */
  readonly fieldErrors: Record<string, string[]>;
  constructor(fieldErrors: Record<string, string[]>, options?: ErrorOptions) {
    const list = Object.entries(fieldErrors).map(([field, messages]) => `${field}: ${messages.join(', ')}`);
    super(`Invalid input (${list.join('; ')})`, options);
    this.fieldErrors = fieldErrors;
  }
}
