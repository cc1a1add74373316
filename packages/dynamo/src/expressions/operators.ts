import { NumberValueImpl } from '@aws-sdk/util-dynamodb';
import { addDecimals } from '../entity/decimal.js';
import { measure } from '../entity/item-validation.js';
import { InvalidItemError } from '../invalid-item-error.js';
import type { Aliases } from './aliases.js';

/** What an operator does to the value at a path: as the database does it, and the same in memory. */
export interface Operator {
  readonly clause: 'SET' | 'REMOVE' | 'ADD' | 'DELETE';
  /** Returns its part of the clause. @param path in aliases */
  express(path: string, operand: unknown, aliases: Aliases): string;
  /** Returns the condition on the present value under which the database can do it; undefined where it can do it to any. */
  accepts?(path: string, operand: unknown, aliases: Aliases): string;
  /**
   * Returns the value after it; undefined: absent. null counts as absent.
   * @throws InvalidItemError for a value of a type that it does not take
   */
  apply(met: unknown, operand: unknown, path: string): unknown;
  /** A second application would change the value again. */
  readonly isNonIdempotent?: true;
}

const hasType = (path: string, type: string, aliases: Aliases) => `attribute_type(${path}, ${aliases.value(type)})`;

const set: Operator = {
  clause: 'SET',
  express: (path, operand, aliases) => `${path} = ${aliases.value(operand)}`,
  apply: (_, operand) => operand,
};

const remove: Operator = { clause: 'REMOVE', express: (path) => path, apply: () => undefined };

const increment: Operator = {
  clause: 'SET',
  express: (path, by, aliases) => `${path} = if_not_exists(${path}, ${aliases.value(0)}) + ${aliases.value(by)}`,
  accepts(path, by, aliases) {
    const lowest = aliases.value(-Number.MAX_SAFE_INTEGER - Math.min(0, Number(by)));
    const highest = aliases.value(Number.MAX_SAFE_INTEGER - Math.max(0, Number(by)));
    return `${path} BETWEEN ${lowest} AND ${highest}`;
  },
  apply(met, by, path) {
    if (isNothing(met)) return by;
    if (typeof met === 'bigint') throw new InvalidItemError(path, 'unsafe integer');
    if (typeof met !== 'number') throw new InvalidItemError(path, 'no counter');
    const sum = addDecimals(met, by as number);
    measure({ [path]: sum });
    return sum;
  },
  isNonIdempotent: true,
};

const append: Operator = {
  clause: 'SET',
  express: (path, elements, aliases) =>
    `${path} = list_append(if_not_exists(${path}, ${aliases.value([])}), ${aliases.value(elements)})`,
  accepts: (path, _, aliases) => hasType(path, 'L', aliases),
  apply(met, elements, path) {
    if (isNothing(met)) return elements;
    if (!Array.isArray(met)) throw new InvalidItemError(path, 'no list');
    return [...met, ...(elements as unknown[])];
  },
  isNonIdempotent: true,
};

const acceptsSet: Operator['accepts'] = (path, elements, aliases) =>
  hasType(path, setTypeOf(elements as Set<unknown>), aliases);

const addToSet: Operator = {
  clause: 'ADD',
  express: (path, elements, aliases) => `${path} ${aliases.value(elements)}`,
  accepts: acceptsSet,
  apply(met, elements, path) {
    if (isNothing(met)) return elements;
    const all = elementsOf(met, elements as Set<unknown>, path);
    for (const one of elements as Set<unknown>) if (!all.has(identityOf(one))) all.set(identityOf(one), one);
    return new Set(all.values());
  },
};

const deleteFromSet: Operator = {
  clause: 'DELETE',
  express: (path, elements, aliases) => `${path} ${aliases.value(elements)}`,
  accepts: acceptsSet,
  apply(met, elements, path) {
    if (isNothing(met)) return met;
    const all = elementsOf(met, elements as Set<unknown>, path);
    for (const one of elements as Set<unknown>) all.delete(identityOf(one));
    return all.size > 0 ? new Set(all.values()) : undefined; // DynamoDB has no empty sets
  },
};

/** The operators by the options of an update. */
export const operators = { set, remove, increment, append, addToSet, deleteFromSet } as const;

export const isNothing = (value: unknown): value is null | undefined => value === undefined || value === null;

/** Returns the elements of a set by their identity. @throws InvalidItemError for what is no set of the same type */
function elementsOf(met: unknown, others: Set<unknown>, path: string): Map<string, unknown> {
  if (!(met instanceof Set) || setTypeOf(met) !== setTypeOf(others)) {
    throw new InvalidItemError(path, 'no set of this type');
  }
  return new Map([...met].map((one) => [identityOf(one), one]));
}

/** Sets of DynamoDB hold texts, numbers or binaries. */
function setTypeOf(set: Set<unknown>): 'SS' | 'NS' | 'BS' {
  const [first] = set;
  if (typeof first === 'string') return 'SS';
  return first instanceof Uint8Array ? 'BS' : 'NS';
}

/** Binaries and large numbers are objects, which are equal by what they hold. */
function identityOf(element: unknown): string {
  if (element instanceof Uint8Array) return Buffer.from(element).toString('base64');
  return element instanceof NumberValueImpl ? element.value : String(element);
}
