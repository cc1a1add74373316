import { ownValue } from '../form/draft.js';
import { isSame } from '../form/same-value.js';

type Values = Readonly<Record<string, unknown>>;

/** One attribute of two changes of the same entity. undefined stands for an absent value. */
export interface MergedAttribute {
  readonly name: string;
  readonly base: unknown;
  readonly theirs: unknown;
  readonly mine: unknown;
  /** `both` made the same change. Only a `conflict` needs a decision. */
  readonly changedBy: 'nobody' | 'theirs' | 'mine' | 'both' | 'conflict';
}

export type Side = 'theirs' | 'mine';

/**
 * Compares what two people made of the same entity, attribute by attribute. A list, a set or a map counts as a whole:
 * elements have no identity by which one could tell a change from a removal. null counts as absent, since an update
 * removes an attribute by it.
 */
export const mergeThreeWay = (
  names: readonly string[],
  base: Values,
  theirs: Values,
  mine: Values,
): MergedAttribute[] =>
  names.map((name) => {
    const values = { base: valueAt(base, name), theirs: valueAt(theirs, name), mine: valueAt(mine, name) };
    return { name, ...values, changedBy: changedBy(values) };
  });

/** Returns the merged value of an attribute. A conflict without a decision keeps what is stored. */
export const mergedValue = ({ changedBy, theirs, mine }: MergedAttribute, choice: Side | undefined): unknown => {
  if (changedBy === 'mine') return mine;
  return changedBy === 'conflict' && choice === 'mine' ? mine : theirs;
};

/** Returns what has to be written on top of what is stored now. null removes an attribute. */
export function changesOnTop(
  merged: readonly MergedAttribute[],
  choices: Readonly<Record<string, Side | undefined>>,
): Record<string, unknown> {
  const values = merged.map((one) => ({ ...one, value: mergedValue(one, ownValue(choices, one.name)) }));
  const changed = values.filter(({ value, theirs }) => !isSame(value, theirs));
  return Object.fromEntries(changed.map(({ name, value }) => [name, value ?? null]));
}

const valueAt = (values: Values, name: string): unknown => ownValue(values, name) ?? undefined;

function changedBy({
  base,
  theirs,
  mine,
}: Pick<MergedAttribute, 'base' | 'theirs' | 'mine'>): MergedAttribute['changedBy'] {
  const isTheirs = !isSame(base, theirs);
  const isMine = !isSame(base, mine);
  if (isTheirs && isMine) return isSame(theirs, mine) ? 'both' : 'conflict';
  return isMine ? 'mine' : isTheirs ? 'theirs' : 'nobody';
}
