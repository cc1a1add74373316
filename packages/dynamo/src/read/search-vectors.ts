import type { Call } from '../call/call.js';
import { type Attributes, type StoredItem, toEntity } from '../entity/entity.js';
import { type EntityDefinition, isPresent } from '../entity/entity-definition.js';
import { measure } from '../entity/item-validation.js';
import { checkScope } from '../entity/scope.js';
import {
  filterText,
  isComparable,
  maxFloat32,
  partitionText,
  type ResolvedVectorIndex,
  vectorFilterKeys,
  vectorPartitionKey,
} from '../entity/vector-index.js';
import type { Operations } from '../transport/transport.js';
import { getItems } from './get-item.js';
import { projectionOf } from './projection.js';
import type { AnyVectorQuery, Neighbour } from './vector-query.js';

type SearchRequest = Operations['SearchVectors'][0];

const defaultLimit = 10;
/** DynamoDB's greatest `TopK`; there are no further pages. It is also the size of a batch of reads. */
const mostNeighbours = 100;

/** A search that was checked. */
interface CheckedSearch {
  readonly request: Omit<SearchRequest, 'TopK'>;
  readonly limit: number;
  /** The values that each entity has. */
  readonly wanted: Attributes;
}

/**
 * Checks a search of one entity.
 * @throws TypeError for a model without a vector index, a filter that the index does not have, or without a value of its partition; RangeError
 * for a vector or limit that is out of range
 */
export function checkedSearch(
  definition: EntityDefinition,
  tableName: string,
  { near, filter, limit = defaultLimit }: AnyVectorQuery,
): CheckedSearch {
  const { vectors, name, prefix } = definition;
  if (!vectors) throw new TypeError(`${name} has no vector index: declare vectorIndex() in its model`);
  if (!Number.isInteger(limit) || limit < 1 || limit > mostNeighbours) {
    throw new RangeError(`limit is ${limit}; it takes a whole number from 1 to ${mostNeighbours}`);
  }
  const wanted = wantedValues(definition, vectors, filter);
  const values: Attributes = { [`:${vectorPartitionKey}`]: partitionText(vectors, prefix, wanted) };
  vectors.filters.forEach((attribute, i) => {
    const value = wanted[attribute];
    if (isComparable(value)) values[`:${vectorFilterKeys[i]}`] = filterText(attribute, value);
  });
  return {
    request: {
      TableName: tableName,
      IndexName: vectors.indexName,
      SearchVector: checkedVector(vectors, near),
      SearchConditionExpression: Object.keys(values)
        .map((alias) => `${alias.slice(1)} = ${alias}`)
        .join(' AND '),
      ExpressionAttributeValues: values,
      ProjectionExpression: 'id',
    },
    limit,
    wanted,
  };
}

function checkedVector({ dimensions, indexName }: ResolvedVectorIndex, near: ArrayLike<number>): number[] {
  const vector = Array.from(Object(near) as ArrayLike<number>);
  if (vector.length !== dimensions) {
    throw new RangeError(`near has ${vector.length} numbers; the vector index ${indexName} takes ${dimensions}`);
  }
  return vector.map((value) => {
    if (typeof value !== 'number' || !(Math.abs(value) <= maxFloat32)) {
      throw new RangeError(`near has ${value}; it takes finite numbers that fit in 32 bits`);
    }
    return Math.fround(value) === 0 ? 0 : value; // DynamoDB has no number so small
  });
}

/** Returns the values of the filter in their stored form, with those of the scope. */
function wantedValues(definition: EntityDefinition, vectors: ResolvedVectorIndex, filter: object = {}): Attributes {
  const { scope, normalise, name } = definition;
  const given = Object.fromEntries(Object.entries(Object(filter)).filter(([, value]) => value !== undefined));
  const wanted: Attributes = { ...scope, ...normalise(given) };
  const known = [...vectors.partition, ...vectors.filters];
  for (const attribute of Object.keys(wanted)) {
    if (!known.includes(attribute)) {
      throw new TypeError(
        `A search of ${name} cannot compare ${attribute}: add it to \`partition\` or \`filters\` of vectorIndex(), which have ${known.join(', ') || 'nothing'}`,
      );
    }
    if (!isComparable(wanted[attribute])) {
      throw new TypeError(`${attribute} of the filter takes text, a number or a boolean`);
    }
  }
  const missing = vectors.partition.find((attribute) => wanted[attribute] === undefined);
  if (missing !== undefined) {
    throw new TypeError(`\`filter\` needs ${missing}: the vector index of ${name} is partitioned by it`);
  }
  measure(wanted);
  checkScope(definition, wanted);
  return wanted;
}

/**
 * Returns the entities whose vectors are nearest, the nearest first. The index gives ids and scores; the entities are read from the table, so they
 * are as current as those of `getByIds`. One that is gone, has expired or no longer meets the filter is left out, and the search is sent once
 * more for the 100 nearest, so that it does not count.
 */
export async function searchVectors(
  call: Call,
  definition: EntityDefinition,
  query: AnyVectorQuery,
  log: Record<string, string | number | undefined>,
): Promise<Neighbour<object>[]> {
  const { request, limit, wanted } = checkedSearch(definition, call.connection.tableName, query);
  const projection = projectionOf(definition, query.attributes, Object.keys(wanted));
  const entityOf: (item: StoredItem) => object = projection?.toEntity ?? ((item) => toEntity(item, definition.prefix));
  const meetsFilter = (item: StoredItem) => Object.entries(wanted).every(([name, value]) => item[name] === value);
  const items = new Map<string, StoredItem | undefined>();
  for (let topK = limit; ; topK = mostNeighbours) {
    const { SearchResults = [], ConsumedCapacity } = await call.read('SearchVectors', { ...request, TopK: topK });
    noteBytes(log, ConsumedCapacity?.VectorSearchRequestBytes);
    const ids = SearchResults.map(({ Item }) => String(Item?.id));
    const unread = ids.filter((id) => !items.has(id));
    const found = await getItems(call, unread, false, projection);
    for (const id of unread) items.set(id, found.get(id));
    const neighbours = SearchResults.flatMap(({ Score = Number.NaN }, i) => {
      const item = items.get(ids[i] as string);
      return isPresent(definition, item) && meetsFilter(item) ? [{ entity: entityOf(item), score: Score }] : [];
    });
    // an approximate search may return fewer than there are, so a short answer is all only if all of it counts
    const isAll =
      topK === mostNeighbours || (SearchResults.length < topK && neighbours.length === SearchResults.length);
    if (neighbours.length >= limit || isAll) return neighbours.slice(0, limit);
  }
}

/** The bytes that the index examined, for the log line: DynamoDB charges for them besides capacity units. */
function noteBytes(log: Record<string, string | number | undefined>, bytes: number | undefined): void {
  if (bytes !== undefined) log.vectorSearchBytes = Number(log.vectorSearchBytes ?? 0) + bytes;
}
