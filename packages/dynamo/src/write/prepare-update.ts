import { randomUUID } from 'node:crypto';
import {
  type Attributes,
  type BaseModel,
  countIdAttribute,
  getCurrentTimestamp,
  type Stamp,
  writeIdAttribute,
} from '../entity/entity.js';
import { type EntityDefinition, givenAttributes } from '../entity/entity-definition.js';
import { checkExpiry, checkSize, measure } from '../entity/item-validation.js';
import { parseChanges } from '../entity/schema.js';
import { checkScope } from '../entity/scope.js';
import { checkVector, rejectVectorParts, vectorPartitionKey } from '../entity/vector-index.js';
import { EntityNotFoundError } from '../errors.js';
import { type CheckedCondition, checkedConditions } from '../expressions/checked-conditions.js';
import { checkedOperations, measureOperations, type Operation, rejectOverlaps } from '../expressions/operations.js';
import { operators } from '../expressions/operators.js';
import type { UpdateRules } from '../expressions/update-rules.js';
import { InvalidItemError } from '../invalid-item-error.js';
import { checkedVersion, type UpdateOptions } from '../options.js';
import { shallowMerge } from '../shallow-merge.js';
import { applied, failed, type WriteStep } from './pending-write.js';
import { claimFor } from './unique-claims.js';

/** One update: nothing about it changes from attempt to attempt. */
export interface PreparedUpdate {
  readonly id: string;
  readonly set: Attributes;
  readonly remove: readonly string[];
  /** Operations on values that the entity has; whole attributes are in `set` and `remove`. */
  readonly operations: readonly Operation[];
  readonly conditions: readonly CheckedCondition[];
  readonly isEmpty: boolean;
  /** Declared counters are incremented, and nothing else happens: the version stays as it is. */
  readonly isCount: boolean;
  readonly stamp: Stamp;
  readonly sentAt: number;
  /** Size of the changes. */
  readonly bytes: number;
  readonly expectedVersion: number | undefined;
  /** The changes as given: older items may be found under the spelling that the caller typed. */
  readonly rawInput: Attributes;
  /** In a transaction an absent entity is an error, and an unchanged one is checked. */
  readonly isPart: boolean;
}

/** The types of conditions and operators end at the model, as those of all attributes do. */
export type AnyUpdateOptions = UpdateOptions & { [R in keyof UpdateRules<BaseModel>]?: object | undefined };

/** Checks and stamps an update. @throws InvalidItemError, ItemTooLargeError, TypeError */
export async function prepareUpdate(
  definition: EntityDefinition,
  id: string,
  changes: object,
  options: AnyUpdateOptions,
  isPart = false,
): Promise<PreparedUpdate> {
  const given = givenAttributes(changes);
  const operations = checkedOperations(options);
  rejectOverlaps(Object.keys(given), operations);
  const conditions = options.if === undefined ? [] : checkedConditions(options.if, definition);
  const parsed = await parseChanges(definition.schema, given);
  const whole = wholeAttributes(operations);
  const set = shallowMerge(definition.normalise(parsed.set), whole.set);
  const remove = [...parsed.remove, ...whole.remove];
  const rawInput = shallowMerge(given, whole.set);
  for (const { operator, path } of whole.others) {
    const isCounted = operator === operators.increment;
    if (isCounted && definition.uniqueAttributes.includes(path)) throw new InvalidItemError(path, 'no counter');
  }
  if (definition.scope) {
    const others = [...remove, ...whole.others.map(({ names: [first = ''] }) => first)].map((name) => [
      name,
      undefined,
    ]);
    checkScope(definition, { ...definition.scope, ...set, ...Object.fromEntries(others) });
  }
  const bytes = checkSize(measure(set) + measureOperations(whole.others));
  checkExpiry(definition.expiry, set);
  checkVector(definition.vectors, set);
  rejectVectorParts(
    definition.vectors,
    whole.others.map(({ names: [first = ''] }) => first),
  );
  for (const unique of definition.unique) claimFor(definition, unique, set); // rejects empty values
  const isEmpty = Object.keys(set).length + remove.length + whole.others.length === 0;
  if (isEmpty && conditions.length > 0) throw new TypeError('`if` without a change: nothing would be written');
  const { others } = whole;
  return stamped({
    id,
    set,
    remove,
    operations: others,
    conditions,
    isEmpty,
    isCount: !isEmpty && definition.counters.length > 0 && countsOnly(definition, set, remove, others),
    bytes,
    expectedVersion: checkedVersion(options),
    rawInput,
    isPart,
  });
}

function stamped(update: Omit<PreparedUpdate, 'stamp' | 'sentAt'>): PreparedUpdate {
  const { isCount } = update;
  const stamp: Stamp = { attribute: isCount ? countIdAttribute : writeIdAttribute, id: randomUUID() };
  const written: Attributes = isCount ? {} : { updatedAt: getCurrentTimestamp() };
  written[stamp.attribute] = stamp.id;
  return shallowMerge(update, { set: shallowMerge(update.set, written), stamp, sentAt: Date.now() });
}

/** Returns the same update of another item, with a stamp and a time of its own. */
export const sameUpdateOf = (id: string, update: PreparedUpdate): PreparedUpdate =>
  stamped(shallowMerge(update, { id }));

/** Separates the operations that set or remove a whole attribute. */
function wholeAttributes(operations: readonly Operation[]) {
  const set: Attributes = {};
  const remove: string[] = [];
  const others: Operation[] = [];
  for (const operation of operations) {
    const { operator, path, names, operand } = operation;
    if (names.length === 1 && operator === operators.set) set[path] = operand;
    else if (names.length === 1 && operator === operators.remove) remove.push(path);
    else others.push(operation);
  }
  return { set, remove, others };
}

const countsOnly = (
  { counters }: EntityDefinition,
  set: Attributes,
  remove: readonly string[],
  operations: readonly Operation[],
): boolean =>
  Object.keys(set).length + remove.length === 0 &&
  operations.every(({ operator, path }) => operator === operators.increment && counters.includes(path));

/** True where a second application would count twice, and no version keeps it from happening. */
export const isNonIdempotent = ({ isCount, expectedVersion, operations, conditions }: PreparedUpdate): boolean =>
  isCount ||
  (expectedVersion === undefined &&
    (conditions.length > 0 || operations.some(({ operator }) => operator.isNonIdempotent)));

/** Returns the end of an update that finds no entity. */
export const absent = ({ name, prefix }: EntityDefinition, { id, isPart }: PreparedUpdate): WriteStep<null> =>
  isPart ? failed(new EntityNotFoundError(name, id.slice(prefix.length))) : applied(null);

/** Returns the names of the attributes that it writes, wholly or in part. */
export const writtenNames = ({ set, remove, operations }: PreparedUpdate): readonly string[] => [
  ...Object.keys(set),
  ...remove,
  ...operations.map(({ names: [first = ''] }) => first),
];

/**
 * Returns the key that an entity needs for an update without a read: a search finds a new vector by it, and an entity
 * that is older than the vector index lacks it. Undefined where the update sets no vector.
 */
export function presentFor({ vectors }: EntityDefinition, { set, operations }: PreparedUpdate): string | undefined {
  const isSet =
    vectors && (vectors.attribute in set || operations.some(({ names: [first] }) => first === vectors.attribute));
  return isSet ? vectorPartitionKey : undefined;
}
