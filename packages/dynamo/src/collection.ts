import type { ModelCalls } from './call/model-calls.js';
import type { BaseModel, StoredItem } from './entity/entity.js';
import type { EntityDefinition } from './entity/entity-definition.js';
import type { IndexName } from './entity/index-names.js';
import { callsOf, type ModelReads } from './model-reads.js';
import type { CallOptions } from './options.js';
import { type CollectionQuery, collectionPage } from './read/collection-page.js';

/** A model, as far as the types of a collection need it. */
interface Collectable {
  getById(id: string): Promise<BaseModel | null>;
}

type Models = Readonly<Record<string, Collectable>>;
type EntityOf<M> = M extends { getById(id: string): Promise<infer R> } ? NonNullable<R> : never;

/** Entities of several kinds, in one page of an index. */
export interface CollectionPage<M extends Models> {
  /** The entities of each kind, in the order of the sort key. */
  items: { [K in keyof M]: EntityOf<M[K]>[] };
  /** Present if and only if another entity of these kinds existed when the page was read. */
  cursor?: string;
}

/** Models whose entities are read together. */
export interface Collection<M extends Models> {
  /**
   * Returns one page of a partition: up to `limit` entities of all kinds together, in the order of the sort key. Other items are skipped.
   * @throws InvalidCursorError for a cursor that this query did not give
   */
  query(query: CollectionQuery<EntityOf<M[keyof M]>>, options?: CallOptions): Promise<CollectionPage<M>>;
}

/**
 * Returns the collection of several models in one index: one query reads entities of all of them, where they share a partition.
 *
 * ```ts
 * const { items, cursor } = await collection({ projects, issues }, { index: 'GSI1' }).query({ of: { orgId }, limit: 50 });
 * ```
 */
export function collection<const M extends Models>(models: M, { index }: { index: IndexName }): Collection<M> {
  const kinds = Object.entries(models).map(([kind, model]) => ({
    kind,
    calls: callsOf(model as unknown as ModelReads<BaseModel>),
  }));
  return {
    async query(query, options = {}) {
      const [first] = kinds;
      if (!first) throw new TypeError('A collection needs at least one model');
      return first.calls.run('collection', options, async ({ call }, log) => {
        const definitions = kinds.map(({ calls }) => calls.definition);
        checkKinds(kinds, definitions);
        log.entities = definitions.map(({ name }) => name).join();
        const page = await collectionPage(call, definitions, { ...query, index }, log);
        log.count = page.items.length;
        return {
          items: byKind(kinds, page.items),
          ...(page.cursor !== undefined && { cursor: page.cursor }),
        } as CollectionPage<M>;
      });
    },
  };
}

interface Kind {
  readonly kind: string;
  readonly calls: ModelCalls<BaseModel>;
}

function checkKinds(kinds: readonly Kind[], definitions: readonly EntityDefinition[]): void {
  if (new Set(definitions.map(({ prefix }) => prefix)).size < kinds.length) {
    throw new TypeError('Two models of the collection have the same entity name');
  }
  if (new Set(kinds.map(({ calls }) => calls.connection)).size > 1) {
    throw new TypeError('The models of a collection need one table and one client: give them the same options');
  }
}

function byKind(kinds: readonly Kind[], items: readonly StoredItem[]): Record<string, BaseModel[]> {
  const of = ({ calls }: Kind) =>
    items.filter(({ id }) => id.startsWith(calls.definition.prefix)).map((item) => calls.toEntity(item));
  return Object.fromEntries(kinds.map((one) => [one.kind, of(one)]));
}
