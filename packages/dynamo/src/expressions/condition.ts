import type { BaseModel } from '../entity/entity.js';
import type { Path, PathValue } from '../entity/path.js';

type Ordered<V> = Extract<V, string | number>;
type Element<V> = V extends readonly (infer E)[]
  ? E
  : V extends ReadonlySet<infer E>
    ? E
    : V extends string
      ? string
      : never;

/** Tests of one attribute. Several in one object must all hold. */
export interface Test<V> {
  readonly eq?: V;
  /** Also holds where the attribute is absent. */
  readonly ne?: V;
  readonly lt?: Ordered<V>;
  readonly lte?: Ordered<V>;
  readonly gt?: Ordered<V>;
  readonly gte?: Ordered<V>;
  /** Both inclusive, the lower value first. */
  readonly between?: readonly [Ordered<V>, Ordered<V>];
  readonly beginsWith?: V extends string ? string : never;
  /** From 1 to 100 values. */
  readonly in?: readonly V[];
  /** An element of a list or set, or a part of a text. */
  readonly contains?: Element<V>;
  /** Also holds where the attribute is absent. */
  readonly notContains?: Element<V>;
  /** The number of elements of a list, set or object, of bytes of a text or binary. */
  readonly size?: number | SizeTest;
  readonly exists?: boolean;
}
type SizeTest = Pick<Test<number>, 'eq' | 'ne' | 'lt' | 'lte' | 'gt' | 'gte' | 'between'>;

type Tested = 'createdAt' | 'updatedAt' | 'version';
type TestedValue<T, P extends string> = Exclude<P extends Tested ? BaseModel[P] : PathValue<T, P>, undefined>;

/** Conditions by attribute or nested path, which must all hold: a value, or a test such as `{ gte: 1 }`. A text, number, boolean or null is short for `{ eq }`. */
export type Condition<T> = {
  readonly [P in Path<T> | Tested]?:
    | Extract<TestedValue<T, P>, string | number | boolean | null>
    | Test<TestedValue<T, P>>
    | undefined;
};

/** Conditions which must all hold, or a list of alternatives, of which at least one must. */
export type Conditions<T> = Condition<T> | readonly Condition<T>[];
