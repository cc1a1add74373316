import type { Attributes } from '../entity/entity.js';
import { detached } from '../entity/entity-definition.js';
import { measure } from '../entity/item-validation.js';
import { namesOf } from '../entity/path.js';
import { InvalidItemError } from '../invalid-item-error.js';
import type { Aliases } from './aliases.js';
import { isNothing, type Operator, operators } from './operators.js';

/** One operation of an update on the value at a path. */
export interface Operation {
  readonly operator: Operator;
  /** As given, such as `settings.theme`. */
  readonly path: string;
  readonly names: readonly string[];
  readonly operand: unknown;
}

/** The operations of an update as its caller gives them, by operator. */
export type GivenOperations = { readonly [K in keyof typeof operators]?: object | undefined };

/**
 * Checks the operations of an update. Those that do nothing, such as `append` of no elements, are left out.
 * @throws TypeError for malformed ones, InvalidItemError for a managed attribute, or a value that no attribute can hold
 */
export function checkedOperations(given: GivenOperations): readonly Operation[] {
  const { set, remove, increment, append, addToSet, deleteFromSet } = given;
  return [
    ...(set ? entriesOf('set', set).map(([path, value]) => operation('set', path, detached(value))) : []),
    ...(remove ? pathsOf(remove).map((path) => operation('remove', path, undefined)) : []),
    ...(increment
      ? entriesOf('increment', increment).map(([path, by]) => operation('increment', path, amount(path, by)))
      : []),
    ...(append ? withElements('append', append) : []),
    ...(addToSet ? withElements('addToSet', addToSet) : []),
    ...(deleteFromSet ? withElements('deleteFromSet', deleteFromSet) : []),
  ];
}

/** Returns the size of the values and names of operations, after checking them. @throws InvalidItemError */
export const measureOperations = (operations: readonly Operation[]): number =>
  operations.reduce((bytes, { names, operand = null }) => bytes + measure(nested(names, operand)), 0);

type OperatorName = keyof typeof operators;

function entriesOf(option: OperatorName, given: object): [string, unknown][] {
  if (typeof given === 'object' && !Array.isArray(given)) {
    return Object.entries(given).filter(([, operand]) => operand !== undefined);
  }
  throw new TypeError(`\`${option}\` takes an object of values by path`);
}

function amount(path: string, by: unknown): number {
  if (typeof by !== 'number') throw new InvalidItemError(path, 'unsupported type');
  return by;
}

function pathsOf(given: object): readonly string[] {
  if (Array.isArray(given) && given.every((path) => typeof path === 'string')) return given;
  throw new TypeError('`remove` takes a list of paths, such as ["settings.theme"]');
}

function withElements(option: 'append' | 'addToSet' | 'deleteFromSet', given: object): Operation[] {
  return entriesOf(option, given).flatMap(([path, elements]) => {
    const isList = option === 'append';
    if (!Array.isArray(elements) && (isList || !(elements instanceof Set))) {
      throw new TypeError(`\`${option}\` takes a list of elements for ${path}`);
    }
    const list = [...elements].map(detached);
    const made = operation(option, path, isList ? list : new Set(list));
    if (!isList && made.names.length > 1) {
      throw new TypeError(`\`${option}\` takes sets that are attributes, and ${path} is nested`);
    }
    return list.length > 0 ? made : [];
  });
}

const operation = (name: OperatorName, path: string, operand: unknown): Operation => ({
  operator: operators[name],
  path,
  names: namesOf(path),
  operand,
});

/** Returns the attribute in which a value is the only one: `{ a: { b: value } }`. */
function nested(names: readonly string[], value: unknown): Attributes {
  const [first = '', ...below] = names;
  return { [first]: below.length === 0 ? value : nested(below, value) };
}

/** @throws TypeError for two changes of one value, or of a value and of one that it holds */
export function rejectOverlaps(attributes: readonly string[], operations: readonly Operation[]): void {
  if (operations.length === 0) return;
  const paths = [...attributes.map((name) => [name]), ...operations.map(({ names }) => names)];
  const written = new Set<string>();
  for (const names of paths) {
    const key = JSON.stringify(names);
    if (written.has(key)) throw overlap(names, names);
    written.add(key);
  }
  for (const names of paths) {
    const above = names.map((_, length) => names.slice(0, length)).find((some) => written.has(JSON.stringify(some)));
    if (above) throw overlap(above, names);
  }
}

const overlap = (one: readonly string[], other: readonly string[]) =>
  new TypeError(
    `One update writes ${one.join('.')}${one === other ? ' twice' : ` and ${other.join('.')}`}: make it one change, or two updates`,
  );

/** Returns the conditions under which the database can carry out operations: each parent is an object, each value has the right type. */
export function acceptanceOf(operations: readonly Operation[], aliases: Aliases): string[] {
  const parents = new Map(operations.map(({ names }) => [names.slice(0, -1).join('.'), names.slice(0, -1)]));
  parents.delete('');
  const isObject = [...parents.values()].map(
    (names) => `attribute_type(${pathOf(names, aliases)}, ${aliases.value('M')})`,
  );
  const isAccepted = operations.flatMap(({ operator, names, operand }) => {
    if (!operator.accepts) return [];
    const path = pathOf(names, aliases);
    return `(attribute_not_exists(${path}) OR ${operator.accepts(path, operand, aliases)})`;
  });
  return [...isObject, ...isAccepted];
}

/** Returns the parts of the clauses of an update expression. */
export const clausesOf = (operations: readonly Operation[], aliases: Aliases) =>
  operations.map(({ operator, names, operand }) => ({
    clause: operator.clause,
    part: operator.express(pathOf(names, aliases), operand, aliases),
  }));

const pathOf = (names: readonly string[], aliases: Aliases) => names.map((name) => aliases.name(name)).join('.');

/**
 * Returns the attributes that operations change, as they are then; undefined: absent.
 * @throws InvalidItemError for an item to which they cannot be applied
 */
export function attributesAfter(operations: readonly Operation[], item: Attributes): Attributes {
  const after: Attributes = {};
  for (const operation of operations) {
    const [first = '', ...below] = operation.names;
    after[first] = valueAfter(operation, Object.hasOwn(after, first) ? after[first] : memberOf(item, first), below);
  }
  return after;
}

function valueAfter(operation: Operation, met: unknown, below: readonly string[]): unknown {
  const { operator, operand, path } = operation;
  const [name, ...rest] = below;
  if (name === undefined) return operator.apply(met, operand, path);
  if (!isNothing(met) && !isObject(met)) throw new InvalidItemError(path, 'no object');
  const value = valueAfter(operation, memberOf(met, name), rest);
  if (isNothing(met) && value === undefined) return met;
  const { [name]: _, ...others } = (met ?? {}) as Attributes;
  return value === undefined ? others : { ...others, [name]: value };
}

const isObject = (value: unknown): value is Attributes =>
  typeof value === 'object' && [Object.prototype, null].includes(Object.getPrototypeOf(value));

const memberOf = (holder: unknown, name: string): unknown =>
  isNothing(holder) || !Object.hasOwn(holder as object, name) ? undefined : (holder as Attributes)[name];

/**
 * Returns operations in the form in which the database accepts them for an item that was read. Where a parent is absent or null, or null is to be
 * counted up or extended, the whole value is set instead.
 */
export function operationsOn(operations: readonly Operation[], item: Attributes, after: Attributes): Operation[] {
  const sent = new Map<string, Operation>();
  for (const given of operations) {
    const names = missingPartOf(given, item);
    if (!names) sent.set(given.path, given);
    else {
      const value = names.reduce<unknown>(memberOf, after);
      const path = names.join('.');
      if (!isNothing(value)) sent.set(path, { operator: operators.set, path, names, operand: value });
    }
  }
  return [...sent.values()];
}

/** True where the database can carry out operations on an item as they are. */
export const areAccepted = (operations: readonly Operation[], item: Attributes): boolean =>
  operations.every((operation) => missingPartOf(operation, item) === undefined);

/** Returns the path to the uppermost value that has to be there, as an object or of the operator's type, and is absent or null. */
function missingPartOf({ operator, names }: Operation, item: Attributes): readonly string[] | undefined {
  let holder: unknown = item;
  for (const [i, name] of names.entries()) {
    const isParent = i < names.length - 1;
    const value = memberOf(holder, name);
    if (isParent ? isNothing(value) : value === null && operator.accepts) return names.slice(0, i + 1);
    holder = value;
  }
  return undefined;
}
