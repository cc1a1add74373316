import type { Logger } from '@aws-lambda-powertools/logger';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** The methods of a Powertools Logger that models and their subclasses call, so that a lighter logger can take its place. */
export type ModelLogger = Pick<Logger, 'level' | 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'critical'>;

/** How a model reaches its table. Omitted options come from the environment at the first call. */
export interface DynamoModelOptions {
  /** @default DYNAMODB_TABLE, else `aws-starter-kit-table` */
  tableName?: string | undefined;
  /** @default AWS_REGION, else `us-east-1` */
  region?: string | undefined;
  /** @default AWS_ENDPOINT_URL_DYNAMODB, else AWS_ENDPOINT_URL, else AWS itself */
  endpoint?: string | undefined;
  /** A client of your own, instead of `region` and `endpoint`. Its retries are not used: the model retries requests itself. */
  client?: DynamoDBDocumentClient | undefined;
  /** @default a Powertools Logger by SERVICE_NAME and LOG_LEVEL */
  logger?: ModelLogger | undefined;
}

/** Options of every method. In scans and iterators they apply to each page, in batches to each chunk. */
export interface CallOptions {
  /** Ends the call with `signal.reason`, or with WriteOutcomeUnknownError where a write was in flight. */
  signal?: AbortSignal | undefined;
  /** Milliseconds that the call may take, retries included. @default 5000 */
  deadlineMs?: number | undefined;
}

export interface ReadOptions extends CallOptions {
  /** Returns every write that was acknowledged before the read; costs twice the units. @default false */
  consistent?: boolean | undefined;
}

export interface ScanOptions extends ReadOptions {
  /** Number of segments of the table that are read in parallel. @default 1 */
  segments?: number | undefined;
}

/** The version that an entity must have for a write of it to be applied. */
export interface VersionOption {
  expectedVersion?: number | undefined;
}

export interface UpdateOptions extends CallOptions, VersionOption {}

/** The id of a new entity, in place of one that `generateId` gives. */
export interface IdOption {
  /** With the entity's prefix or without. @throws InvalidItemError where it is empty or over 2,048 bytes */
  id?: string | undefined;
}

/** The key of a call, with which a retry of the call writes nothing. */
export interface OnceOption {
  /**
   * Any text that is new for each new call, such as a random UUID made before the first try. For 24 hours, an equal call with the same key returns
   * the result of the first one, with entities as they are now, and null for one that is gone. Makes a single write a transaction, and adds 2 write
   * units. @throws IdempotencyMismatchError where another call used the key
   */
  once?: string | OnceKey | undefined;
}

/** The key of a call whose attempts may arrive late, such as those of a client. */
export interface OnceKey {
  key: string;
  /**
   * The time at which the caller sent this attempt, in milliseconds since 1970, by its own clock. Each attempt needs a
   * later time than the one before. If an attempt is rejected, attempts with the same or an earlier time are no longer
   * applied. A rejection costs a write unit instead of a read.
   */
  sentAt: number;
}

/** The options of a write that can have a key. */
export interface WriteOptions extends CallOptions, OnceOption {}

/** Marks options without a key: such a call returns the entity that it wrote, never null. */
export interface NotOnce {
  once?: undefined;
}

/** The outcome of a batch of creates: the entities created, and for each other one its index and error. */
export interface BatchCreateResult<T> {
  success: T[];
  failed: { index: number; error: Error }[];
}

/** The outcome of a batch of updates: the entities after it, and for each other one its unprefixed id and error. */
export interface BatchUpdateResult<T> {
  success: T[];
  failed: { id: string; error: Error }[];
}

/** The outcome of a batch of deletes, by unprefixed id. */
export interface BatchDeleteResult {
  success: string[];
  failed: { id: string; error: Error }[];
}

/** @throws RangeError for a value that cannot be a version, such as NaN or null */
export function checkedVersion({ expectedVersion }: VersionOption): number | undefined {
  if (expectedVersion === undefined || Number.isInteger(expectedVersion)) return expectedVersion;
  throw new RangeError(`expectedVersion is ${expectedVersion}; it takes a whole number`);
}

/** True for the options of a call that is to be remembered. */
export const isOnce = <O extends OnceOption>(options: O): options is O & { once: string | OnceKey } =>
  options.once !== undefined;

/** Returns the options of a write itself, without those of its call. */
export function withoutCallOptions<O extends CallOptions & OnceOption>(
  options: O,
): Omit<O, keyof CallOptions | keyof OnceOption> {
  const { signal: _, deadlineMs: __, once: ___, ...rest } = options;
  return rest;
}
