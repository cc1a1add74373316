import { InvalidItemError } from '../invalid-item-error.js';
import { type Attribute, type Attributes, type AttributeValue, type BaseModel, isManagedAttribute } from './entity.js';
import type { EntityDefinition } from './entity-definition.js';
import { measure } from './item-validation.js';

/** Attributes with the values that all entities of a scope have: texts or numbers, such as `{ orgId: 'acme' }`. */
export type Scope<T extends BaseModel> = {
  readonly [K in Attribute<T>]?: Extract<AttributeValue<T, K>, string | number>;
};

/** What a given scope must be besides: it has at least one attribute, and none that the entity lacks. */
export type GivenScope<T extends BaseModel, S> = [keyof S] extends [never]
  ? never
  : { readonly [K in Exclude<keyof S, Attribute<T>>]: never };

/** A type without some attributes. Distributive, so that union types work. */
export type Without<N, K extends PropertyKey> = N extends unknown ? Omit<N, K> : never;

/**
 * Returns the definition of the entities of a scope alone; a scope of a scope is narrower.
 * @param given values in any form that `normalise` accepts
 * @throws TypeError for a scope without attributes, with a counter, or with a value that is neither text nor number; InvalidItemError for a managed attribute, or
 * another value than the scope has already
 */
export function scopedDefinition(definition: EntityDefinition, given: object): EntityDefinition {
  const names = Object.keys(Object(given));
  if (names.length === 0) throw new TypeError('A scope takes at least one attribute, such as { orgId: "acme" }');
  checkValues(definition, given, names);
  const normalised = definition.normalise({ ...given });
  checkValues(definition, normalised, names);
  const added = Object.fromEntries(names.map((name) => [name, normalised[name]]));
  const scope = { ...definition.scope, ...added };
  checkScope(definition, scope);
  const sorted = Object.entries(scope).sort(([a], [b]) => (a < b ? -1 : 1)); // cursors do not depend on the order given
  return { ...definition, scope: Object.fromEntries(sorted) };
}

function checkValues({ counters }: Pick<EntityDefinition, 'counters'>, values: object, names: readonly string[]): void {
  for (const name of names) {
    if (isManagedAttribute(name)) throw new InvalidItemError(name, 'managed attribute');
    if (counters.includes(name))
      throw new TypeError(
        `${name} is a counter, which no scope can have: remove it from the scope, or from counters()`,
      );
    const value = (values as Attributes)[name];
    if (typeof value !== 'string' && typeof value !== 'number') {
      throw new TypeError(
        `${name} of the scope is ${value === null ? 'null' : typeof value}; it takes text or a number`,
      );
    }
    measure({ [name]: value });
  }
}

/** Returns the attributes of a new entity, with those of the scope where they are not given. */
export const withScope = ({ scope }: Pick<EntityDefinition, 'scope'>, given: Attributes): Attributes =>
  scope === undefined ? given : { ...scope, ...given };

/** @throws InvalidItemError for attributes of an entity that would be outside of the scope */
export function checkScope({ scope }: Pick<EntityDefinition, 'scope'>, attributes: Attributes): void {
  for (const name in scope) {
    if (attributes[name] !== scope[name]) throw new InvalidItemError(name, 'outside the scope');
  }
}
