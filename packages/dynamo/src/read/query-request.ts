import type { Call } from '../call/call.js';
import { keyCondition, keyNames } from '../expressions/key-condition.js';
import { shallowMerge } from '../shallow-merge.js';
import type { CursorCodec, Position } from './cursor.js';
import type { QueryRequest } from './index-reading.js';
import type { ItemFilter } from './item-filter.js';
import type { ResolvedQuery } from './page-query.js';

type Keys = Pick<ResolvedQuery, 'index' | 'pk' | 'sk'>;

/** Returns the request of a query; it begins at the query's cursor. */
export function requestOf(call: Call, query: ResolvedQuery, filter: ItemFilter, cursors: CursorCodec): QueryRequest {
  const isForward = isScannedForward(query);
  const condition = keyCondition(query);
  const start = startOf(query, cursors);
  return {
    TableName: call.connection.tableName,
    ...condition,
    ExpressionAttributeNames: shallowMerge(condition.ExpressionAttributeNames, filter.names),
    ExpressionAttributeValues: shallowMerge(condition.ExpressionAttributeValues, filter.values),
    FilterExpression: filter.FilterExpression,
    ScanIndexForward: isForward,
    ...(start !== undefined && { ExclusiveStartKey: startKey(query, start) }),
  };
}

/** Returns the same request for other keys of the index. */
export function withKeys(request: QueryRequest, filter: ItemFilter, keys: Keys, start?: Position): QueryRequest {
  const condition = keyCondition(keys);
  return {
    ...request,
    ...condition,
    ExpressionAttributeNames: { ...request.ExpressionAttributeNames, ...condition.ExpressionAttributeNames },
    ExpressionAttributeValues: { ...filter.values, ...condition.ExpressionAttributeValues },
    ExclusiveStartKey: start && startKey(keys, start),
  };
}

/** Returns the place at which a query begins; undefined for the beginning of its range. @throws InvalidCursorError */
export function startOf({ cursor, before }: ResolvedQuery, cursors: CursorCodec): Position | undefined {
  const from = cursor ?? before;
  return from === undefined ? undefined : cursors.decode(from);
}

/** True where the requests of a query read in the order of the sort key. @throws TypeError */
export function isScannedForward({ order = 'asc', cursor, before }: ResolvedQuery): boolean {
  if (order !== 'asc' && order !== 'desc') throw new TypeError(`order is ${order}; it takes asc or desc`);
  if (cursor !== undefined && before !== undefined) {
    throw new TypeError(
      '`cursor` and `before` exclude each other: a page is read forward from one, or backward from the other',
    );
  }
  return (order === 'asc') === (before === undefined);
}

function startKey({ index, pk }: Keys, { sk, id }: Position) {
  const [pkName, skName] = keyNames(index);
  return { id, [pkName]: pk, [skName]: sk };
}
