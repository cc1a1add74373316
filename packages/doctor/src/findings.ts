export const findingKinds = [
  'missing claim',
  'orphan claim',
  'wrong keys',
  'doubled value',
  'unreadable item',
] as const;

/**
 * - `missing claim`: an entity whose unique value has no claim
 * - `orphan claim`: a claim whose owner is gone or holds another value
 * - `wrong keys`: index keys that are stale, missing, or halves of a pair
 * - `doubled value`: several entities hold one value of a unique attribute; who keeps it is for people to decide
 * - `unreadable item`: an entity that those who use it cannot parse
 */
export type FindingKind = (typeof findingKinds)[number];

export interface Finding {
  readonly kind: FindingKind;
  /** Stored ids of the entities concerned. */
  readonly ids: readonly string[];
  /** What is wrong, in words; values are in it only where they were asked for. */
  readonly what: string;
  readonly outcome: 'repaired' | 'left';
}

/** How many findings of one kind there were. */
export interface Count {
  repaired: number;
  left: number;
}

/** Counts findings and keeps the first few of each kind, so that a table full of them fits in memory. */
export class Tally {
  readonly counts = Object.fromEntries(findingKinds.map((kind) => [kind, { repaired: 0, left: 0 }])) as Record<
    FindingKind,
    Count
  >;
  readonly kept: Finding[] = [];
  readonly #keptPerKind: number;

  constructor(keptPerKind: number) {
    this.#keptPerKind = keptPerKind;
  }

  add(finding: Finding): void {
    const count = this.counts[finding.kind];
    if (count.repaired + count.left < this.#keptPerKind) this.kept.push(finding);
    count[finding.outcome]++;
  }

  get left(): number {
    return findingKinds.reduce((sum, kind) => sum + this.counts[kind].left, 0);
  }

  get repaired(): number {
    return findingKinds.reduce((sum, kind) => sum + this.counts[kind].repaired, 0);
  }
}
