import type { Models } from './change.js';
import type { Checkpoints } from './checkpoints.js';
import type { HandlingOptions } from './handle-in-order.js';
import type { Patience } from './patience.js';
import type { StreamReader } from './stream-reader.js';

/** A range of lost changes, which a follower did not read within the 24 hours that DynamoDB keeps them. */
export interface Gap {
  readonly streamArn: string;
  readonly shardId: string;
  /** The sequence number of the last handled record; undefined if there was none. */
  readonly after: string | undefined;
}

/** The state that the parts of a follower share. */
export interface Follower<M extends Models> extends Patience, HandlingOptions<M> {
  readonly models: M;
  readonly tableName: string;
  readonly reader: StreamReader;
  readonly checkpoints: Checkpoints;
  readonly pollMs: number;
  /** Called when all shards of a stream are being read. */
  onStart(): void;
  /** Ends all parts of the follower, after one has failed. */
  end(): void;
  /** Reports a gap, and waits for the caller's `onGap`. */
  readonly onGap: (gap: Gap) => Promise<void>;
}

/** A shard to read. */
export interface FollowedShard {
  readonly streamArn: string;
  readonly shardId: string;
  /** The key of its checkpoint. */
  readonly key: string;
  readonly position: string;
  /** The start without a position. */
  readonly from: 'TRIM_HORIZON' | 'LATEST';
}
