/** The progress of a follower in a shard. With an empty position, it marks a stream that was followed. */
export interface Checkpoint {
  /** The sequence number up to which all changes were handled; empty if none was. */
  readonly position: string;
  /** True if the shard is closed, and all of its changes were handled. */
  readonly isDone: boolean;
}

/**
 * Stores the checkpoints of one follower, by key of the shard or stream. Another follower needs another store, or
 * another name in it.
 */
export interface Checkpoints {
  /** Returns the stored checkpoints of these keys. */
  load(keys: readonly string[]): Promise<ReadonlyMap<string, Checkpoint>>;
  /** Stores a checkpoint, unless the stored one is further ahead. */
  save(key: string, checkpoint: Checkpoint): Promise<void>;
}

/** Keeps checkpoints in memory, where a restart of the process loses them. */
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

/** Pads a sequence number, which has at most 40 digits, so that it sorts as text. */
export const padded = (position: string): string => position.padStart(40, '0');
