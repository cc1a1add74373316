import type { Models } from './change.js';
import type { Checkpoints } from './checkpoints.js';
import type { HandlingOptions } from './handle-in-order.js';
import type { Patience } from './patience.js';
import type { StreamReader } from './stream-reader.js';

/** Changes that a follower can no longer read: DynamoDB keeps them for 24 hours. */
export interface Gap {
  readonly streamArn: string;
  readonly shardId: string;
  /** The sequence number of the last record that was handled; undefined where there was none. */
  readonly after: string | undefined;
}

/** What the parts of a follower share. */
export interface Follower<M extends Models> extends Patience, HandlingOptions<M> {
  readonly models: M;
  readonly tableName: string;
  readonly reader: StreamReader;
  readonly checkpoints: Checkpoints;
  readonly pollMs: number;
  /** Is called when the reading of all shards of a stream has begun. */
  onStart(): void;
  /** Ends all of its parts, since one has failed. */
  end(): void;
  /** Reports a gap, and resolves when that is done. */
  readonly onGap: (gap: Gap) => Promise<void>;
}

/** A shard that is read. */
export interface FollowedShard {
  readonly streamArn: string;
  readonly shardId: string;
  /** The key of its checkpoint. */
  readonly key: string;
  readonly position: string;
  /** Where it is read from without a position. */
  readonly from: 'TRIM_HORIZON' | 'LATEST';
}
