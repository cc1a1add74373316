import type { Shard } from '@aws-sdk/client-dynamodb-streams';
import { StreamNotEnabledError, streamSpecification } from '@aws-starter-kit/dynamo';
import type { Models } from './change.js';
import { followShard } from './follow-shard.js';
import type { FollowedShard, Follower } from './follower.js';
import { patiently, pause } from './patience.js';

/** Longest time between two listings of shards, if no shard ends. A shard lasts for hours. */
const longestRestMs = 30_000;

/** The shards of a stream by id: finished ones, and those to read. */
interface Progress {
  readonly done: Set<string>;
  readonly begun: ReadonlyMap<string, FollowedShard>;
}

/**
 * Follows the shards of a stream, each after its parent, until the stream was turned off and is read to its end.
 * @param from the start for shards without a checkpoint, if the stream was never followed
 * @throws StreamNotEnabledError for a stream without both images; errors that no retry can fix; AbortError
 */
export async function followOneStream<M extends Models>(
  streamArn: string,
  from: FollowedShard['from'],
  follower: Follower<M>,
): Promise<void> {
  const { reader, signal, pollMs, tableName } = follower;
  let stream = await reader.describe(streamArn);
  if (!stream) return;
  if (stream.view !== streamSpecification.StreamViewType) throw new StreamNotEnabledError(tableName, stream.view);
  const { done, begun } = await restore({ streamArn, shards: stream.shards, from }, follower);
  const running = new Map<string, Promise<void>>();
  const notBegun = new Set(begun.keys());
  if (notBegun.size === 0) follower.onStart();

  async function follow(shard: FollowedShard) {
    const onBegin = () => {
      if (notBegun.delete(shard.shardId) && notBegun.size === 0) follower.onStart();
    };
    if (await followShard(shard, follower, onBegin)) done.add(shard.shardId);
    running.delete(shard.shardId);
  }

  try {
    for (;;) {
      const listed = new Set(stream.shards.map(({ ShardId }) => ShardId));
      for (const { ShardId: shardId = '', ParentShardId: parent = '' } of stream.shards) {
        const isNext = !done.has(shardId) && !running.has(shardId) && (done.has(parent) || !listed.has(parent));
        if (isNext) running.set(shardId, follow(begun.get(shardId) ?? newShard(streamArn, shardId)));
      }
      if (running.size === 0 && !stream.isEnabled) return;
      // the children of a shard that has ended may be listed a moment later
      const parents = new Set(stream.shards.map(({ ParentShardId }) => ParentShardId));
      const isChildMissing =
        stream.isEnabled && stream.shards.some(({ ShardId = '' }) => done.has(ShardId) && !parents.has(ShardId));
      await firstOf([...running.values()], isChildMissing ? pollMs : longestRestMs, signal);
      stream = (await reader.describe(streamArn)) ?? { ...stream, isEnabled: false };
    }
  } catch (error) {
    follower.end();
    await Promise.allSettled(running.values());
    throw error;
  }
}

/** Resolves when the first promise does, or after the given time. @throws AbortError, the error of a promise */
async function firstOf(promises: readonly Promise<void>[], ms: number, signal: AbortSignal): Promise<void> {
  const over = new AbortController();
  const end = () => over.abort();
  signal.addEventListener('abort', end, { once: true });
  try {
    signal.throwIfAborted();
    await Promise.race([...promises, pause(ms, over.signal)]);
  } finally {
    signal.removeEventListener('abort', end);
    end(); // clears the timer
  }
}

const newShard = (streamArn: string, shardId: string): FollowedShard => ({
  ...{ streamArn, shardId, key: keyOf(streamArn, shardId) },
  position: '',
  from: 'TRIM_HORIZON',
});

/**
 * Returns the key of a checkpoint: the label of the stream, which is the time of its creation, and the id of the shard,
 * if there is one.
 */
const keyOf = (streamArn: string, shardId = ''): string =>
  `${streamArn.slice(streamArn.lastIndexOf('/') + 1)}${shardId && `/${shardId}`}`;

/**
 * Loads the checkpoints of a stream, and records that it is followed. Reports shards that are gone before they were
 * read to their end.
 */
async function restore<M extends Models>(
  { streamArn, shards, from }: { streamArn: string; shards: readonly Shard[]; from: FollowedShard['from'] },
  follower: Follower<M>,
): Promise<Progress> {
  const { checkpoints, onGap } = follower;
  const ids = new Set(shards.map(({ ShardId = '' }) => ShardId));
  const goneParents = shards.map(({ ParentShardId = '' }) => ParentShardId).filter((id) => id !== '' && !ids.has(id));
  const all = [...ids, ...new Set(goneParents)];
  const streamKey = keyOf(streamArn);
  const stored = await patiently(
    () => checkpoints.load([streamKey, ...all.map((id) => keyOf(streamArn, id))]),
    follower,
  );
  const isResumed = stored.has(streamKey);
  await patiently(() => checkpoints.save(streamKey, { position: '', isDone: false }), follower);

  const done = new Set<string>();
  const begun = new Map<string, FollowedShard>();
  for (const { ShardId: shardId = '', ParentShardId: parent = '' } of shards) {
    const key = keyOf(streamArn, shardId);
    const checkpoint = stored.get(key);
    // a shard with children is closed; its end says nothing, since dynoxide reports one for open shards too
    const isSkipped = !isResumed && from === 'LATEST' && shards.some(({ ParentShardId }) => ParentShardId === shardId);
    if (isSkipped) await patiently(() => checkpoints.save(key, { position: '', isDone: true }), follower);
    if (checkpoint?.isDone || isSkipped) done.add(shardId);
    else {
      const start = isResumed ? 'TRIM_HORIZON' : from;
      begun.set(shardId, { streamArn, shardId, key, position: checkpoint?.position ?? '', from: start });
    }
    const parentCheckpoint = stored.get(keyOf(streamArn, parent));
    if (isResumed && !checkpoint && goneParents.includes(parent) && !parentCheckpoint?.isDone) {
      await onGap({ streamArn, shardId: parent, after: parentCheckpoint?.position || undefined });
    }
  }
  return { done, begun };
}
