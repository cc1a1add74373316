import { isManagedAttribute } from '../entity/entity.js';
import { detached, type EntityDefinition } from '../entity/entity-definition.js';
import { measure } from '../entity/item-validation.js';
import { namesOf } from '../entity/path.js';
import type { Aliases } from './aliases.js';
import { checkOrder } from './compare.js';

/** A condition that was checked. Its operands have the form in which attributes are stored. */
export interface CheckedCondition {
  /** Names and paths that it tests. */
  readonly attributes: readonly string[];
  /** Returns its expression; every name and value gets an alias. */
  express(aliases: Aliases): string;
}

type Definition = Pick<EntityDefinition, 'normalise'>;

/**
 * Checks conditions as a caller gives them, in `if` or `filter`. All that it returns must hold.
 * @throws TypeError for unknown or malformed ones, RangeError for a range that ends before it begins, InvalidItemError for a managed
 * attribute, or a value that no attribute can hold
 */
export function checkedConditions(given: unknown, definition: Definition): readonly CheckedCondition[] {
  if (!Array.isArray(given)) return checkedAlternative(given, definition);
  if (given.length === 0) throw new TypeError('A list of conditions needs at least one alternative');
  const alternatives = given.map((one) => checkedAlternative(one, definition));
  const [first = []] = alternatives;
  if (alternatives.length === 1) return first;
  if (alternatives.some(({ length }) => length === 0)) return []; // it holds always
  const attributes = [...new Set(alternatives.flat().flatMap((one) => one.attributes))];
  // AND binds more tightly than OR; DynamoDB rejects parentheses around a test that has its own, such as that of `ne`
  const express = (aliases: Aliases) =>
    `(${alternatives.map((all) => all.map((one) => one.express(aliases)).join(' AND ')).join(' OR ')})`;
  return [{ attributes, express }];
}

function checkedAlternative(given: unknown, definition: Definition): CheckedCondition[] {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new TypeError(
      'Conditions are an object such as { status: "open", stock: { gte: 1 } }, or a list of such objects',
    );
  }
  return Object.entries(given)
    .filter(([, condition]) => condition !== undefined)
    .map(([attribute, condition]) => checkedCondition(attribute, condition, definition));
}

interface Operand {
  /** The path in aliases. */
  readonly path: string;
  /** What is compared: the path itself, or its size. */
  readonly compared: string;
}
interface Operator {
  express(operand: Operand, ...values: string[]): string;
  /** The same test in JavaScript, on a number. */
  holds?(number: number, ...values: number[]): boolean;
}

const orAbsent = ({ path }: Operand, test: string) => `(attribute_not_exists(${path}) OR ${test})`;
const comparison = (sign: string, holds: NonNullable<Operator['holds']>): Operator => ({
  express: ({ compared }, value) => `${compared} ${sign} ${value}`,
  holds,
});
const comparisons: Record<string, Operator> = {
  eq: comparison('=', (n, a) => n === a),
  ne: { express: (operand, value) => orAbsent(operand, `${operand.compared} <> ${value}`), holds: (n, a) => n !== a },
  lt: comparison('<', (n, a = 0) => n < a),
  lte: comparison('<=', (n, a = 0) => n <= a),
  gt: comparison('>', (n, a = 0) => n > a),
  gte: comparison('>=', (n, a = 0) => n >= a),
  between: {
    express: ({ compared }, from, to) => `${compared} BETWEEN ${from} AND ${to}`,
    holds: (n, from = 0, to = 0) => n >= from && n <= to,
  },
};
const operators: Record<string, Operator> = {
  ...comparisons,
  beginsWith: { express: ({ path }, value) => `begins_with(${path}, ${value})` },
  in: { express: ({ path }, ...values) => `${path} IN (${values.join(', ')})`, holds: (n, ...all) => all.includes(n) },
  contains: { express: ({ path }, value) => `contains(${path}, ${value})` },
  notContains: { express: (operand, value) => orAbsent(operand, `NOT contains(${operand.path}, ${value})`) },
};
/** The beginning of a value, a bound or an element has no normalised form. */
const wholeValueOperators: ReadonlySet<string> = new Set(['eq', 'ne', 'in']);
const maxValues = 100;
const tested = ['createdAt', 'updatedAt', 'version'];

/** One test: its operator, its operands, and whether it is about the size. */
interface CheckedTest {
  readonly operator: Operator;
  readonly values: readonly unknown[];
  readonly isOfSize: boolean;
}

function checkedCondition(attribute: string, condition: unknown, definition: Definition): CheckedCondition {
  const names = namesOf(attribute, tested);
  const isValue = typeof condition !== 'object' || condition === null;
  const tests = isValue ? { eq: condition } : plainTests(attribute, condition);
  const checked = Object.entries(tests).flatMap(([name, operand]) =>
    checkedTests(attribute, name, operand, definition),
  );
  const express = (aliases: Aliases) => {
    const path = names.map((name) => aliases.name(name)).join('.');
    return checked.map((test) => expressTest(test, path, attribute, aliases)).join(' AND ');
  };
  return { attributes: [attribute], express };
}

function expressTest({ operator, values, isOfSize }: CheckedTest, path: string, attribute: string, aliases: Aliases) {
  const compared = isOfSize ? `size(${path})` : path;
  const expression = operator.express({ path, compared }, ...values.map((value) => aliases.value(value)));
  // an item that was written without a version has version 0
  const holdsForNone = attribute === 'version' && !isOfSize && operator.holds?.(0, ...(values as number[]));
  return holdsForNone ? orAbsent({ path, compared }, expression) : expression;
}

function plainTests(attribute: string, condition: object): object {
  const prototype: unknown = Object.getPrototypeOf(condition);
  const isPlain = prototype === Object.prototype || prototype === null;
  if (!isPlain || Object.keys(condition).length === 0) throw malformed(attribute);
  return condition;
}

function checkedTests(attribute: string, name: string, operand: unknown, definition: Definition): CheckedTest[] {
  if (name === 'exists') return [existence(attribute, operand)];
  if (name === 'size') return sizeTests(attribute, operand);
  const operator = Object.hasOwn(operators, name) ? operators[name] : undefined;
  const given: unknown = name === 'between' || name === 'in' ? operand : [operand];
  if (!operator || !Array.isArray(given) || given.length === 0 || given.includes(undefined)) throw malformed(attribute);
  if (name === 'between' && given.length !== 2) throw malformed(attribute);
  if (name === 'beginsWith' && typeof operand !== 'string') throw malformed(attribute);
  if (given.length > maxValues) {
    throw new TypeError(`The condition on ${attribute} has ${given.length} values; DynamoDB accepts 100 in one \`in\``);
  }
  const values = given.map(detached);
  for (const value of values) measure({ [attribute]: value });
  if (name === 'between') checkOrder(values[0], values[1], `The condition on ${attribute}`);
  const isNormalised = wholeValueOperators.has(name);
  return [
    { operator, values: isNormalised ? values.map(normalisedBy(definition, attribute)) : values, isOfSize: false },
  ];
}

const normalisedBy =
  ({ normalise }: Definition, attribute: string) =>
  (value: unknown): unknown =>
    isManagedAttribute(attribute) ? value : normalise({ [attribute]: value })[attribute];

function existence(attribute: string, operand: unknown): CheckedTest {
  if (typeof operand !== 'boolean') throw malformed(attribute);
  const express = ({ path }: Operand) => (operand ? `attribute_exists(${path})` : `attribute_not_exists(${path})`);
  return { operator: { express }, values: [], isOfSize: false };
}

function sizeTests(attribute: string, operand: unknown): CheckedTest[] {
  const tests = typeof operand === 'object' && operand !== null ? plainTests(attribute, operand) : { eq: operand };
  return Object.entries(tests).map(([name, given]) => {
    const operator = Object.hasOwn(comparisons, name) ? comparisons[name] : undefined;
    const values: unknown[] = name === 'between' && Array.isArray(given) ? given : [given];
    const isWhole = values.length === (name === 'between' ? 2 : 1);
    if (!operator || !isWhole || !values.every(Number.isSafeInteger)) throw malformed(attribute);
    if (name === 'between') checkOrder(values[0], values[1], `The condition on ${attribute}`);
    return { operator, values: [...values], isOfSize: true };
  });
}

const malformed = (attribute: string) =>
  new TypeError(
    `The condition on ${attribute} takes a value, or one or more of exists, size, ${Object.keys(operators).join(', ')}`,
  );
