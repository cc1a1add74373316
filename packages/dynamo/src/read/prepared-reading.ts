import type { Call } from '../call/call.js';
import type { EntityDefinition } from '../entity/entity-definition.js';
import type { IndexName } from '../entity/index-names.js';
import type { IndexSharding } from '../entity/sharding.js';
import { CursorCodec } from './cursor.js';
import { IndexReading, type QueryRequest } from './index-reading.js';
import type { ItemFilter } from './item-filter.js';
import type { ResolvedQuery } from './page-query.js';
import { isScannedForward, requestOf, startOf } from './query-request.js';
import type { Reading, ReadingOptions } from './reading.js';
import { placedQuery, readsWholeItems, shardedReading, shardedText } from './sharded-query.js';

/** What a query reads, and how its cursors are made. */
interface QueryScope {
  readonly query: ResolvedQuery;
  readonly definitions: readonly EntityDefinition[];
  readonly filter: ItemFilter;
  /** That of all ids; empty for several kinds of entities. */
  readonly prefix: string;
  /** The `entityText` of all that the query reads. */
  readonly entities: string;
  readonly key?: Uint8Array | undefined;
}

/** A query that is ready to be read. */
export interface PreparedReading {
  readonly cursors: CursorCodec;
  /** It can be changed until the reading begins. */
  readonly request: QueryRequest;
  /** The reading needs all attributes of the items. */
  readonly readsWholeItems: boolean;
  /** @param isCount items are not wanted */
  begin(options: ReadingOptions, isCount?: boolean): Reading;
}

/**
 * Returns what reads a query: the one partition of its key, or the shards of it.
 * @throws TypeError, InvalidItemError, InvalidCursorError
 */
export function preparedReading(call: Call, scope: QueryScope): PreparedReading {
  const { query, definitions, filter, prefix, entities, key } = scope;
  const sharding = commonSharding(definitions, query.index);
  if (!sharding) {
    const cursors = new CursorCodec(prefix, query, entities, key);
    const request = requestOf(call, query, filter, cursors);
    const begin = (options: ReadingOptions, isCount = false) => {
      if (isCount) request.Select = 'COUNT';
      return new IndexReading(request, query.index, options);
    };
    return { request, cursors, begin, readsWholeItems: false };
  }
  const cursors = new CursorCodec(prefix, placedQuery(query), entities + shardedText, key);
  const request = requestOf(call, { ...query, cursor: undefined, before: undefined }, filter, cursors);
  request.ScanIndexForward = isScannedForward(query);
  const start = startOf(query, cursors);
  const begin = (options: ReadingOptions, isCount = false) =>
    shardedReading({ query, sharding, definitions, request, filter, start }, options, isCount);
  return { request, cursors, begin, readsWholeItems: readsWholeItems(sharding) };
}

/** Returns the shards of an index, which are the same for all entities of a collection. @throws TypeError */
function commonSharding(definitions: readonly EntityDefinition[], index: IndexName): IndexSharding | undefined {
  if (definitions.every(({ sharding }) => sharding === undefined)) return undefined;
  const [first, ...others] = definitions.map(({ sharding }) => sharding?.[index]);
  if (others.some((other) => String(other?.counts) !== String(first?.counts))) {
    throw new TypeError(`The models of the collection have different numbers of shards in ${index}`);
  }
  return first && { ...first, isBySortKey: first.isBySortKey && others.every((other) => other?.isBySortKey) };
}
