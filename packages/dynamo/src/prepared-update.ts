import { randomUUID } from 'node:crypto';
import { type CheckedCondition, checkedCondition, type UpdateRules } from './condition.js';
import { type Attributes, type BaseModel, getCurrentTimestamp, writeIdAttribute } from './entity.js';
import { type EntityKind, givenAttributes } from './entity-kind.js';
import { InvalidItemError } from './errors.js';
import { checkExpiry, checkSize, measure } from './item-rules.js';
import { merged } from './merged.js';
import { checkedVersion, type UpdateOptions } from './options.js';
import { type Claim, claimOn } from './unique-claims.js';

/** One update, the same over all its attempts. */
export interface Update {
  readonly id: string;
  readonly set: Attributes;
  readonly remove: readonly string[];
  readonly increment: Readonly<Record<string, number>>;
  readonly conditions: readonly CheckedCondition[];
  readonly isEmpty: boolean;
  readonly writeId: string;
  readonly expectedVersion: number | undefined;
  /** The changes as given: older items may be found under the spelling that the caller typed. */
  readonly typed: Attributes;
  /** The claims on the values that it sets. */
  readonly wanted: readonly Claim[];
  /** What is not there is an error, not null. */
  readonly isPart: boolean;
}

/** The types of `if` and `increment` end at the model, as those of all attributes do. */
export type AnyUpdateOptions = UpdateOptions & { [R in keyof UpdateRules<BaseModel>]?: object | undefined };

/** Checks what is to change, and stamps it: nothing about it differs from attempt to attempt. @throws InvalidItemError, ItemTooLargeError, TypeError */
export function prepareUpdate(
  kind: EntityKind,
  id: string,
  changes: object,
  options: AnyUpdateOptions,
  isPart = false,
): Update {
  const typed = givenAttributes(changes);
  const given = kind.normalise(typed);
  const increment = givenAttributes(options.increment ?? {}) as Record<string, number>;
  const conditions = Object.entries(givenAttributes(options.if ?? {})).map(([attribute, condition]) =>
    checkedCondition(attribute, condition, kind),
  );
  for (const [name, by] of Object.entries(increment)) {
    if (typeof by !== 'number') throw new InvalidItemError(name, 'unsupported type');
    if (name in given || kind.unique.includes(name)) throw new InvalidItemError(name, 'no counter');
  }
  const remove = Object.keys(given).filter((name) => given[name] === null);
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
  checkSize(measure(set) + measure(increment));
  checkExpiry(kind.expiry, set);
  const wanted = kind.unique.flatMap((attribute) => claimOn(kind, attribute, set[attribute]) ?? []); // refuses empty values
  const isEmpty = Object.keys(given).length + Object.keys(increment).length === 0;
  if (isEmpty && conditions.length > 0) throw new TypeError('`if` without a change: nothing would be written');
  const writeId = randomUUID();
  const stamped = merged(set, { updatedAt: getCurrentTimestamp(), [writeIdAttribute]: writeId });
  const expectedVersion = checkedVersion(options);
  return { id, set: stamped, remove, increment, conditions, isEmpty, writeId, expectedVersion, typed, wanted, isPart };
}

/** The attributes that it writes. */
export const writtenNames = ({ set, remove, increment }: Update) => [
  ...Object.keys(set),
  ...remove,
  ...Object.keys(increment),
];
