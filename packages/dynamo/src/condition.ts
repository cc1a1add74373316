import type { BaseModel } from './entity.js';
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

/** The expression of a condition on an attribute. @throws TypeError for what is none, RangeError for a range that ends before it begins */
export function conditionExpression(
  attribute: string,
  condition: unknown,
  aliases: { name(attribute: string): string; value(value: unknown): string },
): string {
  const isValue = typeof condition !== 'object';
  const [[operator = '', operand] = [], ...more] = Object.entries(isValue ? { eq: condition } : Object(condition));
  const name = aliases.name(attribute);
  if (operator === 'exists' && more.length === 0) return `attribute_${operand ? 'exists' : 'not_exists'}(${name})`;
  const express = expressions[operator];
  const operands: readonly unknown[] = operator === 'between' || operator === 'in' ? Object(operand) : [operand];
  const isWhole = Array.isArray(operands) && (operator === 'between' ? operands.length === 2 : operands.length > 0);
  if (!express || more.length > 0 || !isWhole) {
    throw new TypeError(
      `The condition on ${attribute} takes a value, or one of exists, ${Object.keys(expressions).join(', ')}`,
    );
  }
  if (operator === 'between') checkOrder(operands[0], operands[1], `The condition on ${attribute}`);
  return express(name, ...operands.map((value) => aliases.value(value)));
}
