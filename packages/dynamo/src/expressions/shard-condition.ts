import { continuation, escapeSortKey, placesOf } from '../entity/shard-text.js';
import type { SortKeyCondition } from './key-condition.js';

/** No text that continues another one is greater than it with this character, which no text uses. */
export const last = '\u{10FFFF}';

/**
 * Returns the condition on places that holds where a condition on sort keys does.
 * @param condition one that was checked
 */
export function placeCondition(condition: SortKeyCondition | undefined): SortKeyCondition | undefined {
  if (condition === undefined) return undefined;
  if ('eq' in condition) return { beginsWith: placesOf(condition.eq) };
  if ('beginsWith' in condition) return { beginsWith: escapeSortKey(condition.beginsWith) };
  if ('lt' in condition) return { lt: escapeSortKey(condition.lt) };
  if ('lte' in condition) return { lt: after(condition.lte) };
  if ('gt' in condition) return { gte: after(condition.gt) };
  if ('gte' in condition) return { gte: escapeSortKey(condition.gte) };
  const [from, to] = condition.between;
  return { between: [escapeSortKey(from), after(to)] }; // no place is equal to the upper bound
}

/** Returns the least text that is greater than all places of a sort key. */
export const after = (sk: string): string => escapeSortKey(sk) + continuation;

/**
 * Returns a condition on the rest of a range, from a sort key within it on. It may hold for one sort key more than the
 * range has, at its far end.
 * @param from inclusive
 */
export function restOf(
  condition: SortKeyCondition | undefined,
  from: string,
  isForward: boolean,
): SortKeyCondition | undefined {
  if (condition !== undefined && 'eq' in condition) return condition;
  const end = farEnd(condition, isForward);
  if (isForward) return end === undefined ? { gte: from } : { between: [from, end] };
  return end === undefined ? { lte: from } : { between: [end, from] };
}

function farEnd(condition: SortKeyCondition | undefined, isForward: boolean): string | undefined {
  if (condition === undefined || 'eq' in condition) return undefined;
  if ('beginsWith' in condition) return isForward ? condition.beginsWith + last : condition.beginsWith;
  if ('between' in condition) return condition.between[isForward ? 1 : 0];
  if ('lt' in condition) return isForward ? condition.lt : undefined;
  if ('lte' in condition) return isForward ? condition.lte : undefined;
  if ('gt' in condition) return isForward ? undefined : condition.gt;
  return isForward ? undefined : condition.gte;
}
