import type { Logger } from '@aws-lambda-powertools/logger';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** Where a model finds its table; what is left out comes from the environment at the first call. */
export interface DynamoModelOptions {
  /** @default DYNAMODB_TABLE, else `aws-starter-kit-table` */
  tableName?: string | undefined;
  /** @default AWS_REGION, else `us-east-1` */
  region?: string | undefined;
  /** @default AWS_ENDPOINT_URL, else AWS itself */
  endpoint?: string | undefined;
  /** A client of your own, instead of `region` and `endpoint`; its retries are left out, since the model repeats requests itself. */
  client?: DynamoDBDocumentClient | undefined;
  /** @default a Powertools Logger by SERVICE_NAME and LOG_LEVEL */
  logger?: Logger | undefined;
}

/** What every method takes. For scans and iterators both hold for each page, for batches for each chunk. */
export interface CallOptions {
  /** Ends the call with `signal.reason`, or with WriteOutcomeUnknownError where a write was in flight. */
  signal?: AbortSignal | undefined;
  /** Milliseconds that the call may take, repeats included. @default 5000 */
  deadlineMs?: number | undefined;
}

export interface ReadOptions extends CallOptions {
  /** Sees every write that was acknowledged before; costs twice the units. @default false */
  consistent?: boolean | undefined;
}

export interface ScanOptions extends ReadOptions {
  /** Parts of the table that are read at the same time. @default 1 */
  segments?: number | undefined;
}

/** For a change that is only made to the version that was read. */
export interface UpdateOptions extends CallOptions {
  expectedVersion?: number | undefined;
}

/** @throws RangeError for what can be no version, such as NaN or null */
export function checkedVersion({ expectedVersion }: UpdateOptions): number | undefined {
  if (expectedVersion === undefined || Number.isInteger(expectedVersion)) return expectedVersion;
  throw new RangeError(`expectedVersion is ${expectedVersion}; it takes a whole number`);
}
