import type { AttributeValue, BaseModel } from '../entity/entity.js';
import type { ComparableAttribute } from '../entity/vector-index.js';

/** A search for the entities whose vectors are nearest to one. */
export interface VectorQuery<T extends BaseModel> {
  /** The vector, made by the same embedding model as those of the entities. */
  near: ArrayLike<number>;
  /**
   * Values that the entities have: each attribute of `partition`, unless the scope supplies it, and any of `filters`. The index leaves out all others
   * before it ranks.
   */
  filter?: { readonly [K in ComparableAttribute<T>]?: NonNullable<AttributeValue<T, K>> | undefined } | undefined;
  /** Number of entities, from 1 to 100. DynamoDB returns no further ones. @default 10 */
  limit?: number | undefined;
}

/** An entity that a search found. */
export interface Neighbour<E> {
  readonly entity: E;
  /**
   * As DynamoDB gives it: for `cosine` from 0 (same direction) to 2 (opposite), for `euclidean` the distance; for `dotProduct`, a greater one is
   * nearer.
   */
  readonly score: number;
}

/** A search as `VectorQuery` describes it. Here the types of the entity end. */
export interface AnyVectorQuery {
  readonly near: ArrayLike<number>;
  readonly filter?: object | undefined;
  readonly limit?: number | undefined;
  readonly attributes?: readonly string[] | undefined;
}
