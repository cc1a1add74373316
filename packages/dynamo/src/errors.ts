/** Another entity already holds this value of a unique attribute (or this id, where `generateId` gave one twice). */
export class UniqueConstraintError extends Error {
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

/** The stored version is not the `expectedVersion`: somebody else wrote in between. Read again, then decide. */
export class VersionConflictError extends Error {
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

/** The stored entity does not hold what the update's `if` asks for. Nothing was written. */
export class ConditionFailedError extends Error {
  override readonly name = 'ConditionFailedError';
  readonly code = 'CONDITION_FAILED';
  /** The attributes of the `if`; one of them at least is not as it asks. */
  readonly attributes: readonly string[];
  constructor(attributes: readonly string[], options?: ErrorOptions) {
    super(`The condition on ${attributes.join(', ')} does not hold`, options);
    this.attributes = attributes;
  }
}

/** A part of a transaction cannot be done, so nothing of it was written; `cause` says why, as the same call by itself would. */
export class TransactionPartError extends Error {
  override readonly name = 'TransactionPartError';
  readonly code = 'TRANSACTION_PART';
  /** Its position among the parts, from 0. */
  readonly part: number;
  constructor(part: number, what: string, options: ErrorOptions & { cause: unknown }) {
    const { message } = options.cause as Error;
    super(`Part ${part} of the transaction (${what}) cannot be done: ${message}`, options);
    this.part = part;
  }
}

/** There is no such entity. Only where a transaction was to change it: by itself, an update answers null. */
export class EntityNotFoundError extends Error {
  override readonly name = 'EntityNotFoundError';
  readonly code = 'ENTITY_NOT_FOUND';
  readonly id: string;
  constructor(entity: string, id: string, options?: ErrorOptions) {
    super(`There is no ${entity} with this id`, options);
    this.id = id;
  }
}

/** More than DynamoDB takes in one transaction. Nothing was sent. */
export class TransactionTooLargeError extends Error {
  override readonly name = 'TransactionTooLargeError';
  readonly code = 'TRANSACTION_TOO_LARGE';
  /** Entities and claims. */
  readonly actions: number;
  readonly bytes: number;
  constructor(actions: number, bytes: number, options?: ErrorOptions) {
    super(
      `The transaction has ${actions} actions and about ${bytes} bytes; it takes 100, claims included, and 3,500,000`,
      options,
    );
    this.actions = actions;
    this.bytes = bytes;
  }
}

/** A write was sent and may or may not have happened; nobody can tell. Read before repeating it. */
export class WriteOutcomeUnknownError extends Error {
  override readonly name = 'WriteOutcomeUnknownError';
  readonly code = 'WRITE_OUTCOME_UNKNOWN';
  constructor(options?: ErrorOptions) {
    super('The write was sent, but whether it happened is unknown: read before repeating it', options);
  }
}

/** The cursor is not one that this query gave: it is damaged, or belongs to another query. Start without one. */
export class InvalidCursorError extends Error {
  override readonly name = 'InvalidCursorError';
  readonly code = 'INVALID_CURSOR';
  constructor(options?: ErrorOptions) {
    super('The cursor does not belong to this query: start again without one', options);
  }
}

/** Why an item cannot be stored as it is. */
export type InvalidItemReason =
  | 'managed attribute'
  | 'empty key'
  | 'empty value'
  | 'pk over 2,048 bytes'
  | 'sk over 1,024 bytes'
  | 'Date'
  | 'NaN'
  | 'number out of range'
  | 'unsafe integer'
  | 'empty set'
  | 'empty name'
  | 'reserved name'
  | 'unsupported type'
  | 'invalid Unicode'
  | 'nested over 32 levels'
  | 'no counter'
  | 'no time in seconds';

const advice: Record<InvalidItemReason, string> = {
  'managed attribute': 'it is managed by the model: leave it out',
  'empty key': 'a key must not be empty',
  'empty value': 'the value of a unique attribute must not be empty',
  'pk over 2,048 bytes': 'a partition key holds at most 2,048 bytes of UTF-8',
  'sk over 1,024 bytes': 'a sort key holds at most 1,024 bytes of UTF-8',
  Date: 'a Date would be stored as {}: give its toISOString()',
  NaN: 'NaN cannot be stored',
  'number out of range': 'numbers must be finite, and 0 or at least 1e-130 in magnitude',
  'unsafe integer': 'numbers past 2^53 - 1 lose digits: give a string',
  'empty set': 'a set must not be empty: leave the attribute out',
  'empty name': 'a name must not be empty',
  'reserved name': 'JavaScript would take it for the prototype of the object',
  'unsupported type': 'only text, numbers, booleans, null, binary, lists, plain objects and sets can be stored',
  'invalid Unicode': 'it holds half of a surrogate pair, which UTF-8 has no bytes for',
  'nested over 32 levels': 'DynamoDB stores at most 32 levels',
  'no counter': 'an increment is for a number that is neither unique nor among the changes',
  'no time in seconds': 'a time of expiry is in whole seconds since 1970, such as Math.floor(Date.now() / 1000) + 3600',
};

/** An attribute or key that cannot be stored. Nothing was sent. */
export class InvalidItemError extends Error {
  override readonly name = 'InvalidItemError';
  readonly code = 'INVALID_ITEM';
  /** The attribute, with its path where it is nested: `address.lines[2]`. */
  readonly attribute: string;
  readonly reason: InvalidItemReason;
  constructor(attribute: string, reason: InvalidItemReason, options?: ErrorOptions) {
    super(`Attribute ${attribute || "''"} cannot be stored (${reason}): ${advice[reason]}`, options);
    this.attribute = attribute;
    this.reason = reason;
  }
}

/** The item is over DynamoDB's 400 KB (409,600 bytes, names and values in UTF-8). */
export class ItemTooLargeError extends Error {
  override readonly name = 'ItemTooLargeError';
  readonly code = 'ITEM_TOO_LARGE';
  /** Size of what was to be stored; of the change alone where the database found it and the rest is not known. */
  readonly bytes: number;
  constructor(bytes: number, options?: ErrorOptions) {
    super(`The item has about ${bytes} bytes; DynamoDB stores at most 409,600`, options);
    this.bytes = bytes;
  }
}

/** The database refused for load (`throughput`) or for other writers of the same items (`contention`) until time ran out. */
export class ThrottledError extends Error {
  override readonly name = 'ThrottledError';
  readonly code = 'THROTTLED';
  readonly reason: 'throughput' | 'contention';
  constructor(reason: 'throughput' | 'contention', options?: ErrorOptions) {
    super(`The database is busy (${reason}): try again later`, options);
    this.reason = reason;
  }
}

/** The call's `deadlineMs` passed; nothing was written by it. */
export class DeadlineExceededError extends Error {
  override readonly name = 'DeadlineExceededError';
  readonly code = 'DEADLINE_EXCEEDED';
  readonly deadlineMs: number;
  constructor(deadlineMs: number, options?: ErrorOptions) {
    super(`The call did not end within ${deadlineMs} ms`, options);
    this.deadlineMs = deadlineMs;
  }
}

/** The table is not there, in this region and account. */
export class TableNotFoundError extends Error {
  override readonly name = 'TableNotFoundError';
  readonly code = 'TABLE_NOT_FOUND';
  readonly tableName: string;
  constructor(tableName: string, options?: ErrorOptions) {
    super(
      `Table ${tableName} does not exist: make it with \`pnpm table create\` or ensureTable(), or set DYNAMODB_TABLE, AWS_REGION or AWS_ENDPOINT_URL`,
      options,
    );
    this.tableName = tableName;
  }
}

/** The database cannot be reached, or answers with errors of its own. Nothing was written. */
export class DatabaseUnavailableError extends Error {
  override readonly name = 'DatabaseUnavailableError';
  readonly code = 'DATABASE_UNAVAILABLE';
  constructor(options?: ErrorOptions) {
    super('The database cannot be reached or does not work: try again later', options);
  }
}
