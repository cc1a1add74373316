import type { ExploredCall } from './explored-call.js';
import type { ModelName } from './models.js';

/** An entity that is stored at version 1 before the calls. */
export interface Stored {
  readonly model: ModelName;
  readonly ref: string;
  readonly attributes: object;
}

/** The record of a key that is stored before the calls. */
export interface StoredRecord {
  readonly record: string;
  readonly expiresAt: number;
}

/** Calls that concern the same entity or the same unique value, each pair of which is explored. */
export interface Family {
  readonly name: string;
  readonly initial: Readonly<Record<string, readonly (Stored | StoredRecord)[]>>;
  /** The calls of one caller, whose name marks what they write. */
  calls(by: string): readonly ExploredCall[];
  /** Calls that are paired with those only, since their own pairs are explored elsewhere. */
  basics(by: string): readonly ExploredCall[];
  /** Calls of a third caller, one of which may come after both calls and before late deliveries. */
  readonly followUps: readonly ExploredCall[];
}
