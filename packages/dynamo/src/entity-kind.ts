import { type Attributes, isManagedAttribute, nowSeconds } from './entity.js';
import { InvalidItemError } from './errors.js';
import type { SetGSIKeys } from './index-keys.js';
import type { CallOptions } from './options.js';

/** What a subclass says of its entity, resolved once: what the functions of this package work by. */
export interface EntityKind {
  readonly name: string;
  /** `USER#` */
  readonly prefix: string;
  readonly unique: readonly string[];
  readonly indexed: readonly string[] | undefined;
  /** The attribute that holds when an entity expires; undefined where none does. */
  readonly expiry: string | undefined;
  readonly setGSIKeys: SetGSIKeys;
  generateId(data: Attributes): string | Promise<string>;
  normalise(data: Attributes): Attributes;
  normaliseUnique(attribute: string, value: unknown): string;
  /** Undefined where the model has none: then no look-up is ever made for values without a claim. */
  readonly findUnclaimed:
    | ((attribute: string, value: unknown, options: CallOptions) => Promise<string | null>)
    | undefined;
}

/** Strips what is undefined and refuses managed attributes. @throws InvalidItemError */
export function givenAttributes(data: object): Attributes {
  const given: Attributes = {};
  for (const [name, value] of Object.entries(data)) {
    if (value === undefined) continue;
    if (name === '__proto__') throw new InvalidItemError(name, 'reserved name');
    if (isManagedAttribute(name)) throw new InvalidItemError(name, 'managed attribute');
    given[name] = value;
  }
  return given;
}

/** DynamoDB deletes what has expired only within days: until then it is there, and is not read. */
export function isExpired({ expiry }: { expiry: string | undefined }, item: Attributes): boolean {
  const at = expiry === undefined ? undefined : item[expiry];
  return typeof at === 'number' && at <= nowSeconds();
}

/** The filter of a query or scan that leaves this entity's items only: others, and claims, share the table. Nothing expired. */
export function filterOf({ prefix, expiry }: EntityKind) {
  const isOurs = 'begins_with(id, :prefix)';
  if (expiry === undefined) return { FilterExpression: isOurs, values: { ':prefix': prefix }, names: {} };
  return {
    FilterExpression: `${isOurs} AND (NOT attribute_type(#expiry, :number) OR #expiry > :now)`,
    values: { ':prefix': prefix, ':now': nowSeconds(), ':number': 'N' },
    names: { '#expiry': expiry },
  };
}
