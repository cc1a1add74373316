export const findingKinds = [
  'missing claim',
  'orphan claim',
  'orphan counter',
  'wrong expiry',
  'wrong keys',
  'other shards',
  'missing default',
  'doubled value',
  'unreadable item',
] as const;

/**
 * - `missing claim`: an entity whose unique value has no claim
 * - `orphan claim`: a claim whose owner is gone or holds another value
 * - `orphan counter`: a shard of a sharded counter whose entity is gone
 * - `wrong expiry`: a claim that does not expire together with its owner
 * - `wrong keys`: index keys that are stale, missing, or one half of a pair
 * - `other shards`: index keys of another number of shards than the model writes, or a shard of a counter that it does
 *   not write
 * - `missing default`: an attribute that has a default is absent, since the entity is older than it
 * - `doubled value`: several entities hold one value of a unique attribute; people decide which of them keeps it
 * - `unreadable item`: an entity that its schema rejects or its model cannot write
 */
export type FindingKind = (typeof findingKinds)[number];

export interface Finding {
  readonly kind: FindingKind;
  /** Stored ids of the entities concerned. */
  readonly ids: readonly string[];
  /** What is wrong. Contains values only with `showValues`. */
  readonly what: string;
  readonly outcome: 'repaired' | 'left';
}

/** Number of findings of one kind. */
export interface Count {
  repaired: number;
  left: number;
}

/** Counts findings and keeps the first few of each kind, so that memory does not grow with their number. */
export class Tally {
  readonly counts = Object.fromEntries(findingKinds.map((kind) => [kind, { repaired: 0, left: 0 }])) as Record<
    FindingKind,
    Count
  >;
  readonly kept: Finding[] = [];
  readonly #keptPerKind: number;

  readonly #onRepaired: (() => void) | undefined;

  /** @param onRepaired called after each repair */
  constructor(keptPerKind: number, onRepaired?: () => void) {
    this.#keptPerKind = keptPerKind;
    this.#onRepaired = onRepaired;
  }

  add(finding: Finding): void {
    const count = this.counts[finding.kind];
    if (count.repaired + count.left < this.#keptPerKind) this.kept.push(finding);
    count[finding.outcome]++;
    if (finding.outcome === 'repaired') this.#onRepaired?.();
  }

  get left(): number {
    return findingKinds.reduce((sum, kind) => sum + this.counts[kind].left, 0);
  }

  get repaired(): number {
    return findingKinds.reduce((sum, kind) => sum + this.counts[kind].repaired, 0);
  }
}
