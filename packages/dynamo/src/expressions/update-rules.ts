import type { Attribute, AttributeValue, BaseModel } from '../entity/entity.js';
import type { Path, PathValue, RemovablePath } from '../entity/path.js';
import type { Conditions } from './condition.js';

type NumberPath<T> = {
  [P in Path<T>]: IsA<NonNullable<PathValue<T, P>>, number> extends true ? P : never;
}[Path<T>];
/** A tuple has no elements to append: its length is part of its type. */
type ListPath<T> = {
  [P in Path<T>]: IsA<NonNullable<PathValue<T, P>>, readonly unknown[]> extends true
    ? number extends NonNullable<PathValue<T, P>>['length' & keyof NonNullable<PathValue<T, P>>]
      ? P
      : never
    : never;
}[Path<T>];
type SetAttribute<T extends BaseModel> = {
  [K in Attribute<T>]: IsA<NonNullable<AttributeValue<T, K>>, ReadonlySet<unknown>> extends true ? K : never;
}[Attribute<T>];

type IsA<V, Kind> = [V] extends [never] ? false : [V] extends [Kind] ? true : false;
type Element<V> = V extends readonly (infer E)[] ? E : V extends ReadonlySet<infer E> ? E : never;
type SetElements<T extends BaseModel, K extends string> =
  | readonly Element<AttributeValue<T, K>>[]
  | ReadonlySet<Element<AttributeValue<T, K>>>;

/**
 * Conditions and operators of an update. Operators work in the database, on what it holds at that moment: no other writer's change is lost. An
 * attribute that is null counts as absent. Their values are given as they are stored: no schema and no `normalise` is applied.
 */
export interface UpdateRules<T extends BaseModel> {
  /** Conditions on the stored entity. Where they do not hold, nothing is written, and the error is ConditionFailedError. */
  if?: Conditions<T> | undefined;
  /** Amounts that are added to numbers, in decimal; an absent number counts as 0. Never applied twice. */
  increment?: { readonly [P in NumberPath<T>]?: number | undefined } | undefined;
  /** Values by nested path, such as `{ 'settings.theme': 'dark' }`. An absent parent is written too. */
  set?: { readonly [P in Path<T>]?: PathValue<T, P> | undefined } | undefined;
  /** Paths whose values are removed, such as `['settings.theme']`. */
  remove?: readonly RemovablePath<T>[] | undefined;
  /** Elements that are added at the end of lists; an absent list counts as empty. Never applied twice. */
  append?: { readonly [P in ListPath<T>]?: readonly Element<PathValue<T, P>>[] | undefined } | undefined;
  /** Elements that sets have afterwards; an absent set counts as empty. */
  addToSet?: { readonly [K in SetAttribute<T>]?: SetElements<T, K> | undefined } | undefined;
  /** Elements that sets do not have afterwards. A set that loses its last element is absent. */
  deleteFromSet?: { readonly [K in SetAttribute<T>]?: SetElements<T, K> | undefined } | undefined;
}
