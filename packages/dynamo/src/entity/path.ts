import { InvalidItemError } from '../invalid-item-error.js';
import { type Attribute, type BaseModel, isManagedAttribute, type NullIfRemovable } from './entity.js';

type Scalar = string | number | boolean | bigint | null | undefined;
/** Values without names inside: they end a path. */
type Leaf = Scalar | Date | Uint8Array | ReadonlySet<unknown> | readonly unknown[] | ((...given: never[]) => unknown);

type Own<T> = Exclude<keyof T, keyof BaseModel> & string;

/** Names of own attributes, and dotted paths into nested objects, such as `settings.theme`: at most five names. */
export type Path<T> = T extends unknown ? { [K in Own<T>]: K | Nested<K, T[K], [0]> }[Own<T>] : never;

type Nested<P extends string, V, Depth extends 0[]> = Depth['length'] extends 5
  ? never
  : V extends Leaf
    ? never
    : V extends object
      ? { [K in keyof V & string]: `${P}.${K}` | Nested<`${P}.${K}`, V[K], [...Depth, 0]> }[keyof V & string]
      : never;

/** The type of the value at a path; of a union, what any variant has there. */
export type PathValue<T, P extends string> = T extends unknown
  ? P extends keyof T
    ? T[P]
    : P extends `${infer Name}.${infer Rest}`
      ? Name extends keyof T
        ? PathValue<NonNullable<T[Name]>, Rest>
        : never
      : never
  : never;

/** Paths to what an entity may lack: optional attributes and members, and those that another variant of a union does not have. */
export type RemovablePath<T extends BaseModel> = RemovableAttribute<T> | RemovableMember<T>;

type RemovableAttribute<T extends BaseModel> = {
  [K in Attribute<T>]: null extends NullIfRemovable<T, K> ? K : never;
}[Attribute<T>];

type RemovableMember<T> = T extends unknown ? { [K in Own<T>]-?: NestedRemovable<K, T[K], [0]> }[Own<T>] : never;

type NestedRemovable<P extends string, V, Depth extends 0[]> = Depth['length'] extends 5
  ? never
  : V extends Leaf
    ? never
    : V extends object
      ? {
          [K in keyof V & string]-?: IfOptional<V, K, `${P}.${K}`> | NestedRemovable<`${P}.${K}`, V[K], [...Depth, 0]>;
        }[keyof V & string]
      : never;

// biome-ignore lint/complexity/noBannedTypes: {} is what an optional member alone leaves satisfied
type IfOptional<V, K extends keyof V, Name> = {} extends Pick<V, K> ? Name : never;

const maxNames = 5;

/**
 * Returns the names of a path. A name that contains a dot cannot be one of them.
 * @param allowed managed attributes that may be named
 * @throws TypeError for a path of more than five names, InvalidItemError for a managed attribute or a name that is none
 */
export function namesOf(path: string, allowed: readonly string[] = []): readonly string[] {
  const names = path.split('.');
  const [first = ''] = names;
  if (isManagedAttribute(first) && !(allowed.includes(first) && names.length === 1)) {
    throw new InvalidItemError(path, 'managed attribute');
  }
  if (names.includes('')) throw new InvalidItemError(path, 'empty name');
  if (names.includes('__proto__')) throw new InvalidItemError(path, 'reserved name');
  if (names.length > maxNames) throw new TypeError(`The path ${path} has ${names.length} names; it takes ${maxNames}`);
  return names;
}
