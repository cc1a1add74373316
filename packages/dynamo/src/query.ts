import type { Call } from './call.js';
import { decodeCursor, encodeCursor } from './cursor.js';
import type { StoredItem } from './entity.js';
import { type EntityKind, filterOf } from './entity-kind.js';
import { type IndexQuery, keyCondition, keyNames } from './key-condition.js';
import { merged } from './merged.js';
import type { Operations } from './transport.js';

/** A query for one page, or for pages of `limit` items. */
export interface PageQuery extends IndexQuery {
  /** Number of items, from 1 to 1,000. @default 100 */
  limit?: number | undefined;
  /** From the page before, of the same query. */
  cursor?: string | undefined;
}

/** Items of one page; `cursor` is there if and only if another item existed when the page was read. */
export interface Page<T> {
  items: T[];
  cursor?: string;
}

export const defaultLimit = 100;
export const maxLimit = 1000;
/** More than 1 MB, where DynamoDB ends a page anyway, seldom holds. */
const mostAtOnce = 10_000;

type Request = Operations['Query'][0];

function requestOf(call: Call, kind: EntityKind, query: PageQuery): Request {
  const { order = 'asc' } = query;
  if (order !== 'asc' && order !== 'desc') throw new TypeError(`order is ${order}; it may be asc or desc`);
  const condition = keyCondition(query);
  const { FilterExpression, names, values } = filterOf(kind);
  return {
    TableName: call.connection.tableName,
    ...condition,
    ExpressionAttributeNames: merged(condition.ExpressionAttributeNames, names),
    ExpressionAttributeValues: merged(condition.ExpressionAttributeValues, values),
    FilterExpression,
    ScanIndexForward: order === 'asc',
    ...(query.cursor !== undefined && { ExclusiveStartKey: startKey(kind.prefix, query, query.cursor) }),
  };
}

function startKey(prefix: string, query: PageQuery, cursor: string) {
  const [pkName, skName] = keyNames(query.index);
  const { sk, id } = decodeCursor(prefix, query, cursor);
  return { id: prefix + id, [pkName]: query.pk, [skName]: sk };
}

/** One page of exactly `limit` items where there are so many; one item more is asked for, so that a cursor says that there is another. */
export async function queryPage(call: Call, kind: EntityKind, query: PageQuery): Promise<Page<StoredItem>> {
  const { limit = defaultLimit } = query;
  if (!Number.isInteger(limit) || limit < 1 || limit > maxLimit) {
    throw new RangeError(`limit is ${limit}; it takes a whole number from 1 to ${maxLimit}`);
  }
  const request = requestOf(call, kind, query);
  const items: StoredItem[] = [];
  let stretch = 1; // grows where items of other entities stand between, lest each few of them cost a request
  do {
    request.Limit = Math.min((limit + 1 - items.length) * stretch, mostAtOnce);
    const { Items = [], ScannedCount = 0, LastEvaluatedKey } = await call.send('Query', request);
    items.push(...(Items as StoredItem[]));
    if (ScannedCount > Items.length) stretch *= 2;
    request.ExclusiveStartKey = LastEvaluatedKey;
  } while (items.length <= limit && request.ExclusiveStartKey);
  if (items.length <= limit) return { items };
  const page = items.slice(0, limit);
  const last = page[limit - 1] as StoredItem;
  const [, skName] = keyNames(query.index);
  return {
    items: page,
    cursor: encodeCursor(kind.prefix, query, { sk: String(last[skName]), id: last.id.slice(kind.prefix.length) }),
  };
}

/** Pages as DynamoDB gives them, of up to 1 MB: the fewest requests in which everything can be read. */
export async function* queryAll(call: Call, kind: EntityKind, query: PageQuery): AsyncGenerator<StoredItem[]> {
  const request = requestOf(call, kind, query);
  do {
    const { Items, LastEvaluatedKey } = await call.part().send('Query', request);
    if (Items?.length) yield Items as StoredItem[];
    request.ExclusiveStartKey = LastEvaluatedKey;
  } while (request.ExclusiveStartKey);
}

/** Counts without sending the items; it costs as much as reading them. */
export async function queryCount(call: Call, kind: EntityKind, query: PageQuery): Promise<number> {
  const request: Request = { ...requestOf(call, kind, query), Select: 'COUNT' };
  let count = 0;
  do {
    const { Count, LastEvaluatedKey } = await call.part().send('Query', request);
    count += Count ?? 0;
    request.ExclusiveStartKey = LastEvaluatedKey;
  } while (request.ExclusiveStartKey);
  return count;
}
