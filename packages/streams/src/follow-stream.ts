import type { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { type DynamoModelOptions, defaultLogger, StreamNotEnabledError, tableOf } from '@aws-starter-kit/dynamo';
import type { Models } from './change.js';
import type { Checkpoints } from './checkpoints.js';
import { followOneStream } from './follow-one-stream.js';
import type { FollowedShard, Follower, Gap } from './follower.js';
import { checkConcurrency, type HandlingOptions } from './handle-in-order.js';
import { streamReader } from './stream-reader.js';
import { streamsClientFor } from './streams-client.js';

/**
 * The options of a follower. They must name the table of the models; defaults come from the environment, as in a model.
 */
export interface FollowOptions<M extends Models> extends DynamoModelOptions, HandlingOptions<M> {
  readonly models: M;
  readonly checkpoints: Checkpoints;
  /** Ends the follower, after the changes that are being handled. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Where a follower without checkpoints begins: at the oldest change of the last 24 hours, or at changes from now on.
   * @default 'oldest'
   */
  readonly from?: 'oldest' | 'latest' | undefined;
  /** Milliseconds between two requests for new changes of a shard. @default 1000 */
  readonly pollMs?: number | undefined;
  /** Called once, when all shards are being read. From then on, no change is missed, also with `from: 'latest'`. */
  readonly onStart?: (() => void) | undefined;
  /** Called if changes were lost because nobody read them for 24 hours. An error is logged in any case. */
  readonly onGap?: ((gap: Gap) => Promise<void> | void) | undefined;
  /** @default a client with the region, credentials and endpoint of `client` */
  readonly streamsClient?: DynamoDBStreamsClient | undefined;
}

/**
 * Follows the stream of a table until the signal is aborted. It calls `onChange` with each change of the models at
 * least once, in order for each entity. A failed change is retried with back-off, and its shard waits. Resolves once
 * the signal is aborted.
 *
 * @throws StreamNotEnabledError for a table without a stream, or once its stream was turned off and is read to its end;
 *   errors of the SDK that no retry can fix, such as missing permissions; TypeError and RangeError for invalid options
 */
export async function followStream<const M extends Models>(options: FollowOptions<M>): Promise<void> {
  const { models, onChange, concurrency, checkpoints, from = 'oldest', pollMs = 1000 } = options;
  checkConcurrency(options);
  if (!(pollMs >= 1 && pollMs <= 600_000))
    throw new RangeError(`pollMs is ${pollMs}; it takes 1 to 600,000 milliseconds`);
  const { client, tableName } = tableOf(options);
  const { logger = defaultLogger() } = options;
  const failed = new AbortController(); // a failed shard ends the others
  const signal = options.signal ? AbortSignal.any([options.signal, failed.signal]) : failed.signal;
  const streamsClient = options.streamsClient ?? streamsClientFor(client);
  let hasStarted = false;
  const follower: Follower<M> = {
    ...{ models, tableName, onChange, concurrency, checkpoints, pollMs, signal, logger },
    end: () => failed.abort(),
    onStart: () => {
      if (!hasStarted) options.onStart?.();
      hasStarted = true;
    },
    reader: streamReader(streamsClient, { signal, logger }),
    onGap: async (gap) => {
      logger.error('Changes were lost: nobody read them within 24 hours', { ...gap });
      await options.onGap?.(gap);
    },
  };
  try {
    await followStreams(from, follower);
  } catch (error) {
    failed.abort();
    if (!options.signal?.aborted) throw error;
  } finally {
    if (!options.streamsClient) streamsClient.destroy();
  }
}

/** Follows the streams of the table, oldest first. A stream that was turned off can be read for another 24 hours. */
async function followStreams<M extends Models>(from: 'oldest' | 'latest', follower: Follower<M>): Promise<never> {
  const { reader, tableName } = follower;
  let streams = await reader.listStreams(tableName);
  const followed = new Set(from === 'latest' ? streams.slice(0, -1) : []);
  let start: FollowedShard['from'] = from === 'latest' ? 'LATEST' : 'TRIM_HORIZON';
  for (;;) {
    const next = streams.find((arn) => !followed.has(arn));
    if (next === undefined) throw new StreamNotEnabledError(tableName);
    await followOneStream(next, start, follower);
    followed.add(next);
    start = 'TRIM_HORIZON';
    streams = await reader.listStreams(tableName);
  }
}
