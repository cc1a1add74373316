import type { BaseModel } from '../entity/entity.js';
import type { Conditions } from '../expressions/condition.js';
import type { IndexQuery, SortKeyCondition } from '../expressions/key-condition.js';

/** Items of one page of a query. */
export interface Page<T> {
  items: T[];
  /** Where the next page begins. Present if and only if another item existed when the page was read, or the page ended early. */
  cursor?: string;
  /** Where this page begins, for `before`. Present where there are items. */
  start?: string;
}

/** A query by the text of its keys, for one page or for pages of `limit` items. */
export interface PageQuery extends IndexQuery {
  /** Number of items, from 1 to 1,000. @default 100 */
  limit?: number | undefined;
  /** The cursor of the previous page of the same query. */
  cursor?: string | undefined;
}

type Name<T> = T extends unknown ? Exclude<keyof T, `${'pk' | 'sk'}${number}` | 'version'> & string : never;
type Value<T, K extends string> = T extends unknown ? (K extends keyof T ? T[K] : never) : never;

/** Attributes that a key is made of; `undefined` for one that is absent. */
export type KeyValues<T> = { readonly [K in Name<T>]?: Value<T, K> | undefined };

/** The keys by their text. */
interface KeyText {
  /** The whole partition key, such as `USER`. */
  pk: string;
  sk?: SortKeyCondition | undefined;
  of?: undefined;
  from?: undefined;
  to?: undefined;
}

/** The keys by the attributes that `setGSIKeys` makes them of. */
interface KeyOf<T> {
  /** All attributes of the partition key, and any of the sort key's from its beginning. */
  of: KeyValues<T>;
  /** Attributes that follow in the sort key: its lower bound, inclusive. */
  from?: KeyValues<T> | undefined;
  /** Attributes that follow in the sort key: its upper bound, inclusive. */
  to?: KeyValues<T> | undefined;
  pk?: undefined;
  sk?: undefined;
}

export interface Filter<T> {
  /** Conditions on the items, tested by the database after reading: all that was read is paid for. */
  filter?: Conditions<T> | undefined;
}

interface QueryOptions<T> extends Filter<T> {
  /** Order by sort key. @default 'asc' */
  order?: 'asc' | 'desc' | undefined;
  /** Number of items that match, from 1 to 1,000. @default 100 */
  limit?: number | undefined;
  /** Number of items read, matching or not, at which the page ends early, with a cursor. @default none */
  maxScanned?: number | undefined;
}

interface Forward {
  /** The cursor of the previous page of the same query. */
  cursor?: string | undefined;
  before?: undefined;
}
interface Backward {
  /** The `start` of a page of the same query: returns the items immediately before it, in the same order. */
  before?: string | undefined;
  cursor?: undefined;
}

/** A query of an index: its keys by text (`pk`, `sk`) or by attributes (`of`, `from`, `to`). */
export type Query<T extends BaseModel> = { index: IndexQuery['index'] } & QueryOptions<T> &
  (KeyText | KeyOf<T>) &
  (Forward | Backward);

/** The query options that a list leaves to its caller. The list itself sets `index` and `of`. */
export type ListOptions<T extends BaseModel> = QueryOptions<T> & Pick<KeyOf<T>, 'from' | 'to'> & (Forward | Backward);

/** A query of all results from its cursor on. */
export type ForwardQuery<T extends BaseModel> = Query<T> & { before?: undefined };

/** Where a count ends. */
export interface CountOptions {
  /** Where to stop counting, so that a count has a bound: the result where there are more. @default none */
  atMost?: number | undefined;
}

/** A query as `Query` describes it. Here the types of the entity end. */
export interface AnyQuery extends Omit<ResolvedQuery, 'pk'> {
  pk?: string | undefined;
  of?: object | undefined;
  from?: object | undefined;
  to?: object | undefined;
}

/** A query whose keys are texts. */
export interface ResolvedQuery extends PageQuery {
  readonly filter?: unknown;
  readonly attributes?: readonly string[] | undefined;
  readonly maxScanned?: number | undefined;
  readonly before?: string | undefined;
  readonly atMost?: number | undefined;
}
