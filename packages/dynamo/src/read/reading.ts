import type { Call } from '../call/call.js';
import type { StoredItem } from '../entity/entity.js';
import type { LeaveOut } from '../transport/transport.js';
import type { Position } from './cursor.js';

/** The items of a query in order, read as far as they are wanted. */
export interface Reading {
  /** Matches that were read; the caller takes them out. */
  readonly items: StoredItem[];
  /** Number of matches read. */
  readonly found: number;
  readonly isAtEnd: boolean;
  /** Up to where all was read; undefined at the end of the index. */
  readonly endedAt: Position | undefined;
  /** Returns the place of one of its items. */
  positionOf(item: StoredItem): Position;
  /**
   * Reads until this many matches were found in all, the index ends, or the reading ends early.
   * @param callOf returns the call for a request
   */
  readTo(found: number, callOf: () => Call): Promise<void>;
}

/** How a query is read. */
export interface ReadingOptions {
  /** The caller's conditions leave items out, so the first request asks for more than is wanted. */
  readonly isFiltered: boolean;
  /** Requests have no limit: each returns as much as DynamoDB does, 1 MB. */
  readonly isUnlimited?: boolean;
  readonly maxScanned?: number | undefined;
  /** Leaves out items that the database could not: it cannot filter by keys. */
  readonly accepts?: ((item: StoredItem) => boolean) | undefined;
  /** Attributes that the items may lack. `positionOf` needs the sort key, and a reading of shards all keys. */
  readonly leaveOut?: LeaveOut | undefined;
  /** Gets the number of items read, where it differs from that of the matches, or is bounded. */
  readonly log: Record<string, string | number | undefined>;
}
