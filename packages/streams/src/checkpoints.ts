/** How far a follower has come in a shard, or, with an empty position, in a stream. */
export interface Checkpoint {
  /** The sequence number up to which all changes were handled. Empty: none so far. */
  readonly position: string;
  /** The shard is closed, and all of it was handled. */
  readonly isDone: boolean;
}

/** Where a follower keeps how far it has come. Keys are those of shards and streams; a store serves one follower, or several by name. */
export interface Checkpoints {
  /** Returns the checkpoints of those keys that have one. */
  load(keys: readonly string[]): Promise<ReadonlyMap<string, Checkpoint>>;
  /** Stores a checkpoint, unless the stored one is further. */
  save(key: string, checkpoint: Checkpoint): Promise<void>;
}

/** Keeps checkpoints in memory: a follower that starts again begins anew. */
export function memoryCheckpoints(): Checkpoints {
  const stored = new Map<string, Checkpoint>();
  return {
    load: async (keys) => new Map([...stored].filter(([key]) => keys.includes(key))),
    save: async (key, checkpoint) => {
      if (!isFurther(stored.get(key), checkpoint)) stored.set(key, checkpoint);
    },
  };
}

const isFurther = (stored: Checkpoint | undefined, { position }: Checkpoint): boolean =>
  stored !== undefined && (stored.isDone || padded(stored.position) > padded(position));

/** DynamoDB's sequence numbers have at most 40 digits: padded, they sort as text. */
export const padded = (position: string): string => position.padStart(40, '0');
