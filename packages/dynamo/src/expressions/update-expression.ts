import {
  type Attributes,
  fenceAttribute,
  nowSeconds,
  type Stamp,
  type StoredItem,
  tombstoneAttribute,
  versionOf,
  writeIdAttribute,
} from '../entity/entity.js';
import { shallowMerge } from '../shallow-merge.js';
import { Aliases, type Expressions } from './aliases.js';
import type { CheckedCondition } from './checked-conditions.js';
import { checkExpressionLimits, maxExpressionBytes } from './expression-limits.js';
import { acceptanceOf, clausesOf, type Operation } from './operations.js';

/** Conditions on a stored entity under which it is written; each is sent only where it is given. */
export interface Guard {
  /** The item as read: version, write id and fence must still be the same, which no later state of the id repeats. */
  state?: StoredItem | undefined;
  /** When a blind write was sent: a fence raised since then rejects it. */
  sentAt?: number | undefined;
  /** The expected version; 0 also stands for none. */
  version?: number | undefined;
  /** ISO 8601: the entity must not have been created later, or its version may be that of a second life of its id. */
  createdBefore?: string | undefined;
  /** The write's own stamp: a retry must not be applied on top of itself. */
  notWrittenBy?: Stamp;
  /** Attributes that must still hold these values; `undefined`: must still be absent. */
  values?: Attributes | undefined;
  /** An attribute that must be there. */
  present?: string | undefined;
  /** The caller's conditions. */
  conditions?: readonly CheckedCondition[];
  /** The database must be able to carry them out: on parents that are objects, and on values of the right type. */
  operations?: readonly Operation[];
  /** The attribute by which the entity must not have expired. */
  expiry?: string | undefined;
}

/** Each condition by a name, so that a reader sees the rule rather than a string. */
const exists = 'attribute_exists(id)';
export const isAbsent = 'attribute_not_exists(id)';
const isNoTombstone = (aliases: Aliases) => `attribute_not_exists(${aliases.name(tombstoneAttribute)})`;
const holds = (aliases: Aliases, attribute: string, value: unknown) => {
  const name = aliases.name(attribute);
  return value === undefined ? `attribute_not_exists(${name})` : `${name} = ${aliases.value(value)}`;
};
const hasVersion = (aliases: Aliases, version: number) => {
  const name = aliases.name('version');
  const isEqual = `${name} = ${aliases.value(version)}`;
  return version === 0 ? `(attribute_not_exists(${name}) OR ${isEqual})` : isEqual;
};
const wasCreatedBefore = (aliases: Aliases, time: string) => {
  const name = aliases.name('createdAt');
  return `(attribute_not_exists(${name}) OR ${name} <= ${aliases.value(time)})`;
};
const hasNoFenceSince = (aliases: Aliases, ms: number) => {
  const name = aliases.name(fenceAttribute);
  return `(attribute_not_exists(${name}) OR ${name} < ${aliases.value(ms)})`;
};
const wasNotWrittenBy = (aliases: Aliases, { attribute, id }: Stamp) => {
  const name = aliases.name(attribute);
  return `(attribute_not_exists(${name}) OR ${name} <> ${aliases.value(id)})`;
};
const hasNotExpired = (aliases: Aliases, expiry: string) => {
  const name = aliases.name(expiry);
  return `(NOT attribute_type(${name}, ${aliases.value('N')}) OR ${name} > ${aliases.value(nowSeconds())})`;
};
const hasState = (aliases: Aliases, state: StoredItem) =>
  [
    hasVersion(aliases, versionOf(state)),
    holds(aliases, writeIdAttribute, state[writeIdAttribute]),
    holds(aliases, fenceAttribute, state[fenceAttribute]),
  ].join(' AND ');

/** @throws TypeError over DynamoDB's limits */
function conditionOf(guard: Guard, aliases: Aliases): string {
  const { state, sentAt, version, notWrittenBy, expiry } = guard;
  const all = [exists];
  if (state) all.push(hasState(aliases, state));
  if (sentAt !== undefined) all.push(isNoTombstone(aliases), hasNoFenceSince(aliases, sentAt));
  if (version !== undefined) all.push(hasVersion(aliases, version));
  if (guard.createdBefore !== undefined) all.push(wasCreatedBefore(aliases, guard.createdBefore));
  if (notWrittenBy !== undefined) all.push(wasNotWrittenBy(aliases, notWrittenBy));
  for (const [name, value] of Object.entries(guard.values ?? {})) all.push(holds(aliases, name, value));
  if (guard.present !== undefined) all.push(`attribute_exists(${aliases.name(guard.present)})`);
  for (const condition of guard.conditions ?? []) all.push(condition.express(aliases));
  if (guard.operations?.length) all.push(...acceptanceOf(guard.operations, aliases));
  if (expiry !== undefined) all.push(hasNotExpired(aliases, expiry));
  const expression = all.join(' AND ');
  if (guard.conditions?.length) checkExpressionLimits(expression, 'if');
  return expression;
}

/** Returns the expressions of a create: no item may have the id, unless it has expired and no fence protects it. */
export const absentOrExpired = ({ expiry }: { expiry: string | undefined }, createdAt: unknown): Expressions =>
  expiry === undefined
    ? { ConditionExpression: isAbsent }
    : {
        // an expired entity with this very time of creation was created by an earlier attempt
        ConditionExpression: `${isAbsent} OR (#expiry <= :now AND attribute_not_exists(#fence) AND createdAt <> :createdAt)`,
        ExpressionAttributeNames: { '#expiry': expiry, '#fence': fenceAttribute },
        ExpressionAttributeValues: { ':now': nowSeconds(), ':createdAt': createdAt ?? null }, // restored without one
      };

/** Returns the expressions of an action that writes nothing itself, deletes or replaces an item, under a guard. */
export function guardExpressions(guard: Guard): Expressions {
  const aliases = new Aliases();
  return { ConditionExpression: conditionOf(guard, aliases), ...aliases.expressions() };
}

/** Returns the expressions of a check that no item has the id, or one without these values. @param sentAt as in a guard */
export function absentOrWithout(values: Attributes, sentAt: number): Expressions {
  const aliases = new Aliases();
  const all = Object.entries(values).map(([name, value]) => holds(aliases, name, value));
  const ConditionExpression = `NOT (${all.join(' AND ')}) AND ${hasNoFenceSince(aliases, sentAt)}`;
  return { ConditionExpression, ...aliases.expressions() };
}

/** Returns the expressions of a blind delete: an item with a fence since then is not deleted, since its tombstone would be missing. */
export function blindDeleteExpressions(
  fencedSince: number,
  {
    version,
    createdBefore = '',
    values = {},
    conditions = [],
  }: Pick<Guard, 'version' | 'createdBefore' | 'values' | 'conditions'>,
): Expressions {
  const aliases = new Aliases();
  const all = [hasNoFenceSince(aliases, fencedSince)];
  for (const [name, value] of Object.entries(values)) all.push(holds(aliases, name, value));
  if (version !== undefined) {
    all.push(exists, isNoTombstone(aliases), hasVersion(aliases, version), wasCreatedBefore(aliases, createdBefore));
  }
  for (const condition of conditions) all.push(condition.express(aliases));
  const expression = all.join(' AND ');
  if (conditions.length > 0) checkExpressionLimits(expression, 'if');
  return { ConditionExpression: expression, ...aliases.expressions() };
}

/** Attributes that an update sets and removes, and its operations on others. */
export interface Assignments {
  set: Attributes;
  remove: readonly string[];
  operations?: readonly Operation[];
  /** The version stays as it is. */
  isCount?: boolean;
}

function updateOf({ set, remove, operations = [], isCount = false }: Assignments, aliases: Aliases): string {
  const clauses = { SET: [] as string[], REMOVE: [] as string[], ADD: [] as string[], DELETE: [] as string[] };
  for (const [name, value] of Object.entries(set)) clauses.SET.push(`${aliases.name(name)} = ${aliases.value(value)}`);
  for (const { clause, part } of clausesOf(operations, aliases)) clauses[clause].push(part);
  if (!isCount) {
    const version = aliases.name('version');
    clauses.SET.push(`${version} = if_not_exists(${version}, ${aliases.value(0)}) + ${aliases.value(1)}`);
  }
  for (const name of remove) clauses.REMOVE.push(aliases.name(name));
  let expression = `SET ${clauses.SET.join(', ')}`;
  for (const clause of ['REMOVE', 'ADD', 'DELETE'] as const) {
    if (clauses[clause].length > 0) expression += ` ${clause} ${clauses[clause].join(', ')}`;
  }
  return expression;
}

/** True where the assignments make an expression that DynamoDB does not accept: the item has to be written whole. */
export function isTooWide(assignments: Assignments): boolean {
  const { set, remove, operations = [] } = assignments;
  const names = Object.keys(set).length + remove.length + operations.length;
  return names > 50 && Buffer.byteLength(updateOf(assignments, new Aliases())) > maxExpressionBytes - 100;
}

/** Returns the expressions of an update under a guard: sets, removes and adds to attributes, and increments the version unless it is a count. */
export function updateExpressions(assignments: Assignments, guard: Guard) {
  const aliases = new Aliases();
  const expressions = {
    UpdateExpression: updateOf(assignments, aliases),
    ConditionExpression: conditionOf(guard, aliases),
  };
  return shallowMerge(expressions, aliases.expressions());
}
