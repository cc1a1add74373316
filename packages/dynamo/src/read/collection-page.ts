import type { Call } from '../call/call.js';
import type { StoredItem } from '../entity/entity.js';
import { type EntityDefinition, filterOf } from '../entity/entity-definition.js';
import { commonPrefix, type PartialKey } from '../entity/partial-keys.js';
import { ownSortKey } from '../entity/shard-text.js';
import { type IndexQuery, isWithin, keyNames, type SortKeyCondition } from '../expressions/key-condition.js';
import { entityText } from './cursor.js';
import type { ItemFilter } from './item-filter.js';
import type { KeyValues, Page, ResolvedQuery } from './page-query.js';
import { preparedReading } from './prepared-reading.js';
import { readPage } from './query.js';
import { incompletePartition, keysOf } from './resolve-query.js';

interface PartitionText {
  /** The whole partition key, such as `ORG#1`. */
  pk: string;
  sk?: SortKeyCondition | undefined;
  of?: undefined;
}
interface PartitionOf<T> {
  /** All attributes of the partition key, which must be the same one for all models, and any with which the sort keys of all of them begin. */
  of: KeyValues<T>;
  pk?: undefined;
  sk?: undefined;
}

/** A query of one partition for entities of several kinds. */
export type CollectionQuery<T> = (PartitionText | PartitionOf<T>) & {
  /** Order by sort key. @default 'asc' */
  order?: 'asc' | 'desc' | undefined;
  /** Number of entities of all kinds together, from 1 to 1,000. @default 100 */
  limit?: number | undefined;
  /** The cursor of the previous page of the same query. */
  cursor?: string | undefined;
};

interface AnyCollectionQuery extends Omit<ResolvedQuery, 'pk'> {
  pk?: string | undefined;
  of?: object | undefined;
}

/** Returns one page of the items of several entities, in the order of the sort key. */
export async function collectionPage(
  call: Call,
  definitions: readonly EntityDefinition[],
  given: AnyCollectionQuery,
  log: Record<string, string | number | undefined>,
): Promise<Page<StoredItem>> {
  const { of, ...rest } = given;
  if (of !== undefined && (rest.pk !== undefined || rest.sk !== undefined)) {
    throw new TypeError('`of` stands for the keys: give either `of`, or `pk` and `sk`');
  }
  const keys = of === undefined ? undefined : keysOfAll(definitions, given.index, of);
  const query = keys ? { ...rest, pk: keys.pk, ...(keys.sk && { sk: keys.sk }) } : (given as ResolvedQuery);
  const kinds = definitions.map((definition, i) => entityText(definition) + (keys?.ofKinds?.[i]?.text ?? '')).sort();
  const { begin, cursors } = preparedReading(call, {
    query,
    definitions,
    filter: filterOfAll(definitions),
    prefix: '', // positions have whole ids, since they are of several kinds
    entities: kinds.join('+'),
  });
  const accepts = keys?.ofKinds && acceptsOf(definitions, keys.ofKinds, keyNames(given.index)[1]);
  return readPage(call, query, cursors, begin({ isFiltered: false, accepts, log }));
}

/** The keys of a query, and what is known of the sort key of each kind; undefined where that is nothing. */
interface KeysOfAll {
  readonly pk: string;
  readonly sk?: SortKeyCondition;
  readonly ofKinds?: readonly PartialKey[];
}

/** @throws TypeError where the models do not make the same partition key of the attributes, or sort keys that begin differently */
function keysOfAll(definitions: readonly EntityDefinition[], index: IndexQuery['index'], of: object): KeysOfAll {
  const all = definitions.map((definition) => keysOf(definition, index, of));
  const further = Object.keys(of).filter((name) => all.every((keys) => keys.unused([name], 'pk').length > 0));
  const unused = further.find((name) => all.some((keys) => keys.unused([name], 'both').length > 0));
  if (unused !== undefined) {
    throw new TypeError(`${unused} is no part of the partition key of ${index}, nor of the sort keys of all models`);
  }
  const incomplete = all.find(({ pk }) => !pk.isComplete);
  if (incomplete) throw incompletePartition(index, incomplete.pk);
  const [first = '', ...others] = new Set(all.map(({ pk }) => pk.text));
  if (others.length > 0) {
    throw new TypeError(
      `The models of the collection have different partition keys in ${index}: a query reads one partition`,
    );
  }
  if (further.length === 0) return { pk: first };
  const ofKinds = all.map(({ sk }) => sk);
  const beginsWith = ofKinds.map(({ text }) => text).reduce(commonPrefix);
  if (beginsWith !== '') return { pk: first, sk: { beginsWith }, ofKinds };
  throw new TypeError(
    `The sort keys of the models of the collection begin differently in ${index}: give no ${further[0]}`,
  );
}

/** Returns a test of the sort key by kind: what all begin with may also begin that of another entity, as `ISSUE#4` begins `ISSUE#42`. */
function acceptsOf(definitions: readonly EntityDefinition[], ofKinds: readonly PartialKey[], skName: string) {
  const kinds = ofKinds.map(({ text, isComplete }, i) => ({
    prefix: definitions[i]?.prefix ?? '',
    condition: isComplete ? { eq: text } : { beginsWith: text },
  }));
  return (item: StoredItem): boolean =>
    kinds.some(
      ({ prefix, condition }) =>
        item.id.startsWith(prefix) && isWithin(condition, ownSortKey(String(item[skName]), item.id)),
    );
}

function filterOfAll(definitions: readonly EntityDefinition[]): ItemFilter {
  const all = definitions.map((definition, i) => filterOf(definition, String(i)));
  return {
    FilterExpression: all.map(({ FilterExpression }) => `(${FilterExpression})`).join(' OR '),
    names: Object.assign({}, ...all.map(({ names }) => names)),
    values: Object.assign({}, ...all.map(({ values }) => values)),
  };
}
