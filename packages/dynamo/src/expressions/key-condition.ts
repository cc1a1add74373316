import { maxPartitionKeyBytes, maxSortKeyBytes } from '../entity/entity-id.js';
import { type IndexKeyName, type IndexName, indexKeyNames } from '../entity/index-names.js';
import { InvalidItemError } from '../invalid-item-error.js';
import { checkOrder, compareTexts } from './compare.js';

/** A condition on the sort key of a query. Texts are compared by their bytes in UTF-8. */
export type SortKeyCondition =
  | { eq: string }
  | { beginsWith: string }
  | { between: [string, string] }
  | { lt: string }
  | { lte: string }
  | { gt: string }
  | { gte: string };

/** A query of an index. */
export interface IndexQuery {
  index: IndexName;
  /** The whole partition key, such as `USER`. */
  pk: string;
  sk?: SortKeyCondition | undefined;
  /** Order by sort key. @default 'asc' */
  order?: 'asc' | 'desc' | undefined;
}

/** Returns the names of an index's keys. */
export function keyNames(index: IndexName): readonly [pk: IndexKeyName, sk: IndexKeyName] {
  const names = Object.hasOwn(indexKeyNames, index) ? indexKeyNames[index] : undefined;
  if (!names) throw new TypeError(`There is no index ${index}; a table has GSI1, GSI2, and so on to GSI20 at most`);
  return names;
}

/** Each operator: its expression, and the same test on a given sort key. */
const operators: Record<string, { expression: string; holds: (sk: string, bounds: readonly string[]) => boolean }> = {
  eq: { expression: '#sk = :sk0', holds: (sk, [a = '']) => sk === a },
  beginsWith: { expression: 'begins_with(#sk, :sk0)', holds: (sk, [a = '']) => sk.startsWith(a) },
  between: {
    expression: '#sk BETWEEN :sk0 AND :sk1',
    holds: (sk, [a = '', b = '']) => compareTexts(sk, a) >= 0 && compareTexts(sk, b) <= 0,
  },
  lt: { expression: '#sk < :sk0', holds: (sk, [a = '']) => compareTexts(sk, a) < 0 },
  lte: { expression: '#sk <= :sk0', holds: (sk, [a = '']) => compareTexts(sk, a) <= 0 },
  gt: { expression: '#sk > :sk0', holds: (sk, [a = '']) => compareTexts(sk, a) > 0 },
  gte: { expression: '#sk >= :sk0', holds: (sk, [a = '']) => compareTexts(sk, a) >= 0 },
};

function parse(condition: SortKeyCondition) {
  const [[name = '', given] = [], ...more] = Object.entries(condition);
  const operator = Object.hasOwn(operators, name) ? operators[name] : undefined;
  const bounds: unknown[] = Array.isArray(given) ? given : [given];
  if (!operator || more.length > 0 || bounds.length !== (name === 'between' ? 2 : 1)) {
    throw new TypeError(`A sort key condition takes one of ${Object.keys(operators).join(', ')}`);
  }
  for (const bound of bounds) {
    if (typeof bound !== 'string') throw new InvalidItemError('sk', 'unsupported type');
    if (bound === '') throw new InvalidItemError('sk', 'empty key');
    if (!bound.isWellFormed()) throw new InvalidItemError('sk', 'invalid Unicode');
    if (Buffer.byteLength(bound) > maxSortKeyBytes) throw new InvalidItemError('sk', 'sk over 1,024 bytes');
  }
  if (name === 'between') checkOrder(bounds[0], bounds[1], 'The condition on the sort key');
  return { operator, bounds: bounds as string[] };
}

/**
 * Returns the part of a Query request about the keys.
 * @throws InvalidItemError for an empty or over-long key, TypeError for a malformed condition, RangeError for a range that ends before it begins
 */
export function keyCondition({ index, pk, sk }: IndexQuery) {
  const [pkName, skName] = keyNames(index);
  if (pk === '') throw new InvalidItemError('pk', 'empty key');
  if (!pk.isWellFormed()) throw new InvalidItemError('pk', 'invalid Unicode');
  if (Buffer.byteLength(pk) > maxPartitionKeyBytes) throw new InvalidItemError('pk', 'pk over 2,048 bytes');
  const { operator, bounds } = sk ? parse(sk) : { operator: undefined, bounds: [] };
  return {
    IndexName: index,
    KeyConditionExpression: operator ? `#pk = :pk AND ${operator.expression}` : '#pk = :pk',
    ExpressionAttributeNames: { '#pk': pkName, ...(operator && { '#sk': skName }) } as Record<string, string>,
    ExpressionAttributeValues: { ':pk': pk, ...Object.fromEntries(bounds.map((bound, i) => [`:sk${i}`, bound])) },
  };
}

/** True for a sort key that meets a condition. AWS rejects a start key that does not. */
export function isWithin(condition: SortKeyCondition | undefined, sk: string): boolean {
  if (!condition) return true;
  const { operator, bounds } = parse(condition);
  return operator.holds(sk, bounds);
}
