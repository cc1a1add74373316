import { type Attributes, isManagedAttribute, type StoredItem } from './entity.js';
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
    if (isManagedAttribute(name)) throw new InvalidItemError(name, 'managed attribute');
    given[name] = value;
  }
  return given;
}

/** True for items of this entity: claims and other entities of the table have other prefixes. */
export const isOfKind = (item: Attributes, kind: { prefix: string }): item is StoredItem =>
  typeof item.id === 'string' && item.id.startsWith(kind.prefix);
