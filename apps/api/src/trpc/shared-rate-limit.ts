import { hash } from 'node:crypto';
import {
  type DynamoDBClient,
  GetItemCommand,
  type GetItemCommandInput,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { tableOf } from '@aws-starter-kit/dynamo';
import type { DynamoModelOptions, ModelLogger } from '@aws-starter-kit/dynamo/model';
import { RateLimiterDynamo, RateLimiterMemory } from 'rate-limiter-flexible';
import type { RateLimit } from './rate-limit.js';

/** Longest wait for the table, which delays every request. */
const answerWithinMs = 500;
/** Least time between two warnings about the table, so that an outage does not add a line for each request. */
const warnEveryMs = 10_000;

export interface SharedRateLimitOptions extends Pick<DynamoModelOptions, 'client' | 'region' | 'endpoint'> {
  /** A table with the key `key` (S), and time to live on `expire`. */
  readonly tableName: string;
  readonly perMinute: number;
  readonly logger: ModelLogger;
}

/** A rate limit that all processes share, in a table. */
export interface SharedRateLimit extends RateLimit {
  /** Resolves when no count is pending. A call is also charged after its response. Never rejects. */
  settled(): Promise<void>;
}

/**
 * Returns a rate limit for each caller, counted in a table. Each count after the first in a minute takes two write
 * units and two round trips. If the table fails or is throttled, this process counts separately. The keys of callers
 * are hashed, since they contain subjects and IP addresses.
 */
export function sharedRateLimit(options: SharedRateLimitOptions): SharedRateLimit {
  const { perMinute, tableName } = options;
  const limiter = new RateLimiterDynamo({
    storeClient: storeClient(options),
    tableName,
    tableCreated: true,
    ttlSet: true,
    points: perMinute,
    duration: 60,
    keyPrefix: '',
    inMemoryBlockOnConsumed: perMinute, // a caller beyond the limit costs no further units
    insuranceLimiter: new RateLimiterMemory({ points: perMinute, duration: 60 }),
  });
  const pending = new Set<Promise<unknown>>();
  function watched<T>(counting: Promise<T>): Promise<T> {
    pending.add(counting);
    const end = () => void pending.delete(counting);
    counting.then(end, end);
    return counting;
  }
  return {
    points: perMinute,
    consume: (key, points) => watched(limiter.consume(hash('sha256', key), points)),
    get: (key) => watched(limiter.get(hash('sha256', key))),
    async settled() {
      while (pending.size > 0) await Promise.allSettled(pending);
    },
  };
}

/**
 * Returns the two operations that the limiter uses, with a deadline. The SDK's `DynamoDB` object would bundle all
 * operations.
 */
function storeClient({ logger, ...options }: SharedRateLimitOptions) {
  const { client, tableName } = tableOf(options);
  const send = client.send.bind(client) as unknown as DynamoDBClient['send']; // also accepts commands of the base client
  let warnedAt = Number.NEGATIVE_INFINITY;
  const observed = async <T>(answer: Promise<T>): Promise<T> => {
    try {
      return await answer;
    } catch (error) {
      const isExpected = (error as Error).name === 'ConditionalCheckFailedException';
      if (!isExpected && performance.now() - warnedAt > warnEveryMs) {
        warnedAt = performance.now();
        logger.warn(`The rate limit cannot use ${tableName}: this process counts by itself`, { error: error as Error });
      }
      throw error;
    }
  };
  const inTime = () => ({ abortSignal: AbortSignal.timeout(answerWithinMs) });
  return {
    getItem: (input: GetItemCommandInput) => observed(send(new GetItemCommand(input), inTime())),
    updateItem: (input: UpdateItemCommandInput) => observed(send(new UpdateItemCommand(input), inTime())),
  };
}
