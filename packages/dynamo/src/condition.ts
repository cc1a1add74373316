import type { BaseModel } from './entity.js';
import type { EntityKind } from './entity-kind.js';
import { measure } from './item-rules.js';
import { checkOrder } from './order.js';

/** What an attribute must hold: a value, or `{ gte: 1 }` and the like. `ne` also holds where the attribute is absent. */
export type Condition<V> =
  | (V extends string | number | boolean ? V : never)
  | { eq: V }
  | { ne: V }
  | { lt: V }
  | { lte: V }
  | { gt: V }
  | { gte: V }
  | { between: readonly [V, V] }
  | { beginsWith: string }
  | { in: readonly V[] }
  | { exists: boolean };

type Own<T extends BaseModel> = Exclude<keyof T, keyof BaseModel>;
type NumberKeys<T extends BaseModel> = { [K in Own<T>]-?: NonNullable<T[K]> extends number ? K : never }[Own<T>];

/** Under which conditions an update is made, and what it counts. */
export interface UpdateRules<T extends BaseModel> {
  /** What the stored entity must hold; else ConditionFailedError, and nothing is written. */
  if?: { readonly [K in Own<T>]?: Condition<NonNullable<T[K]>> | undefined } | undefined;
  /** Adds to numbers, whoever else counts at the same time; an absent one counts from 0. */
  increment?: { readonly [K in NumberKeys<T>]?: number | undefined } | undefined;
}

/** One row an operator: its expression on a name and the aliases of its operands. */
const expressions: Record<string, (name: string, ...operands: string[]) => string> = {
  eq: (name, a) => `${name} = ${a}`,
  ne: (name, a) => `(attribute_not_exists(${name}) OR ${name} <> ${a})`,
  lt: (name, a) => `${name} < ${a}`,
  lte: (name, a) => `${name} <= ${a}`,
  gt: (name, a) => `${name} > ${a}`,
  gte: (name, a) => `${name} >= ${a}`,
  between: (name, a, b) => `${name} BETWEEN ${a} AND ${b}`,
  beginsWith: (name, a) => `begins_with(${name}, ${a})`,
  in: (name, ...operands) => `${name} IN (${operands.join(', ')})`,
};

/** A condition whose operands can be sent, in the form in which attributes are stored. */
export interface CheckedCondition {
  readonly attribute: string;
  readonly operator: string;
  readonly operands: readonly unknown[];
}

/**
 * Takes a condition apart.
 * @throws TypeError for what is none, RangeError for a range that ends before it begins, InvalidItemError for values that no attribute can hold
 */
export function checkedCondition(
  attribute: string,
  condition: unknown,
  { normalise }: Pick<EntityKind, 'normalise'>,
): CheckedCondition {
  const isValue = typeof condition !== 'object';
  const [[operator = '', operand] = [], ...more] = Object.entries(isValue ? { eq: condition } : Object(condition));
  const given: readonly unknown[] = operator === 'between' || operator === 'in' ? Object(operand) : [operand];
  const isWhole = Array.isArray(given) && (operator === 'between' ? given.length === 2 : given.length > 0);
  const isKnown = operator === 'exists' || Object.hasOwn(expressions, operator);
  if (!isKnown || more.length > 0 || !isWhole || given.includes(undefined)) {
    throw new TypeError(
      `The condition on ${attribute} takes a value, or one of exists, ${Object.keys(expressions).join(', ')}`,
    );
  }
  if (operator === 'exists')
    return { attribute, operator: operand ? 'attribute_exists' : 'attribute_not_exists', operands: [] };
  for (const value of given) measure({ [attribute]: value });
  if (operator === 'between') checkOrder(given[0], given[1], `The condition on ${attribute}`);
  const isWholeValue = operator === 'eq' || operator === 'ne' || operator === 'in'; // a part of one, or a bound, has no such form
  const operands = isWholeValue ? given.map((value) => normalise({ [attribute]: value })[attribute]) : given;
  return { attribute, operator, operands };
}

interface Aliases {
  name(attribute: string): string;
  value(value: unknown): string;
}

/** The expression of a condition on an attribute. */
export function conditionExpression({ attribute, operator, operands }: CheckedCondition, aliases: Aliases): string {
  const name = aliases.name(attribute);
  const express = expressions[operator];
  return express ? express(name, ...operands.map((value) => aliases.value(value))) : `${operator}(${name})`;
}
