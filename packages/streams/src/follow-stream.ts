import type { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { type DynamoModelOptions, defaultLogger, StreamNotEnabledError, tableOf } from '@aws-starter-kit/dynamo';
import type { Models } from './change.js';
import type { Checkpoints } from './checkpoints.js';
import { followOneStream } from './follow-one-stream.js';
import type { FollowedShard, Follower, Gap } from './follower.js';
import { checkConcurrency, type HandlingOptions } from './handle-in-order.js';
import { streamReader } from './stream-reader.js';
import { streamsClientFor } from './streams-client.js';

/** The table is that of the models; options that are left out come from the environment, as in a model. */
export interface FollowOptions<M extends Models> extends DynamoModelOptions, HandlingOptions<M> {
  readonly models: M;
  readonly checkpoints: Checkpoints;
  /** Ends the follower, after the changes that are being handled. */
  readonly signal?: AbortSignal | undefined;
  /** Where a follower without checkpoints begins: with all changes of the last day, or with those made from now on. @default 'oldest' */
  readonly from?: 'oldest' | 'latest' | undefined;
  /** Milliseconds between two requests for new changes of a shard. @default 1000 */
  readonly pollMs?: number | undefined;
  /** Is called once, when the reading of all shards has begun: from then on, no change is missed, also with `from: 'latest'`. */
  readonly onStart?: (() => void) | undefined;
  /** Is called where changes were lost, since nobody read them for 24 hours. An error is logged in any case. */
  readonly onGap?: ((gap: Gap) => Promise<void> | void) | undefined;
  /** @default one with the region, credentials and endpoint of `client` */
  readonly streamsClient?: DynamoDBStreamsClient | undefined;
}

/**
 * Follows the stream of a table until the signal is aborted, and calls `onChange` with each change of the models: at least once, and in order for each
 * entity. A change whose handler fails is handled again, with growing pauses, and its shard waits for it. Resolves once the signal is aborted.
 *
 * @throws StreamNotEnabledError for a table without a stream, or whose stream was turned off and is read; errors of the SDK that a further attempt cannot
 *   change, such as missing rights; TypeError and RangeError for options out of range
 */
export async function followStream<const M extends Models>(options: FollowOptions<M>): Promise<void> {
  const { models, onChange, concurrency, checkpoints, from = 'oldest', pollMs = 1000 } = options;
  checkConcurrency(options);
  if (!(pollMs >= 1 && pollMs <= 600_000)) throw new RangeError(`pollMs is ${pollMs}; it takes 1 to 600,000`);
  const { client, tableName } = tableOf(options);
  const { logger = defaultLogger() } = options;
  const failed = new AbortController(); // a shard that fails ends the others
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

/** Follows the streams that the table has had, one after the other: one that was turned off can be read for a day. */
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
