import type { Call } from '../call/call.js';
import { intoEntity, isInternalAttribute, type StoredItem, toEntity } from '../entity/entity.js';
import type { EntityDefinition } from '../entity/entity-definition.js';
import { keyNames } from '../expressions/key-condition.js';
import { shallowMerge } from '../shallow-merge.js';
import { type CursorCodec, entityText } from './cursor.js';
import { cursorKey } from './cursor-key.js';
import { isHidden } from './hidden-position.js';
import { itemFilter } from './item-filter.js';
import type { AnyQuery, Page, ResolvedQuery } from './page-query.js';
import { type PreparedReading, preparedReading } from './prepared-reading.js';
import { type Projection, projectionOf } from './projection.js';
import type { Reading, ReadingOptions } from './reading.js';
import { resolveQuery } from './resolve-query.js';

export const defaultLimit = 100;
export const maxLimit = 1000;

/** What a query logs; never values. */
type Log = Record<string, string | number | undefined>;

/** A query that was checked. */
interface CheckedQuery extends Pick<PreparedReading, 'begin' | 'cursors'> {
  /** The query, with its keys as texts. */
  readonly query: ResolvedQuery;
  /** Undefined where all attributes are read. */
  readonly projection: Projection | undefined;
}

type Convert = (item: StoredItem) => object;

/** Checks a query of one entity. @throws TypeError, RangeError, InvalidItemError, InvalidCursorError */
function checkedQuery(call: Call, definition: EntityDefinition, given: AnyQuery, key?: Uint8Array): CheckedQuery {
  const query = resolveQuery(definition, given);
  const { begin, cursors, request, readsWholeItems } = preparedReading(call, {
    query,
    definitions: [definition],
    filter: itemFilter(definition, query.filter),
    prefix: definition.prefix,
    entities: entityText(definition),
    key,
  });
  const ofOrder = [keyNames(query.index)[1], ...(definition.sharding ? ['version'] : [])];
  const projection = projectionOf(definition, query.attributes, ofOrder);
  if (projection && !readsWholeItems) {
    request.ProjectionExpression = projection.ProjectionExpression;
    request.ExpressionAttributeNames = shallowMerge(request.ExpressionAttributeNames ?? {}, projection.names);
  }
  return { query, begin, cursors, projection };
}

function checkedLimit({ limit = defaultLimit, maxScanned }: AnyQuery): number {
  if (!Number.isInteger(limit) || limit < 1 || limit > maxLimit) {
    throw new RangeError(`limit is ${limit}; it takes a whole number from 1 to ${maxLimit}`);
  }
  if (maxScanned !== undefined && !(Number.isInteger(maxScanned) && maxScanned >= 1)) {
    throw new RangeError(`maxScanned is ${maxScanned}; it takes a whole number from 1 up`);
  }
  return limit;
}

const optionsOf = ({ filter, maxScanned }: AnyQuery, log: Log) => ({
  isFiltered: filter !== undefined,
  maxScanned,
  log,
});

/**
 * Returns which attributes need not be read: the internal ones, which no entity has. An index with shards needs them, because its readings are
 * merged by keys.
 * @param kept an attribute that is read in any case
 */
const leaveOutOf = ({ sharding }: EntityDefinition, kept?: string): ReadingOptions['leaveOut'] =>
  sharding ? undefined : (name) => name !== kept && isInternalAttribute(name);

const mayEndEarly = ({ filter, maxScanned }: AnyQuery): boolean => filter !== undefined || maxScanned !== undefined;

/**
 * True where a cursor is to be encrypted, or was. Within a scope, the place where a page ended early may be an item of another one, and to end
 * at the scope's own items alone could take reading the whole partition.
 */
const needsKey = ({ scope }: EntityDefinition, { cursor, before }: AnyQuery, endsEarly = false): boolean =>
  scope !== undefined && (endsEarly || isHidden(cursor ?? before));

/** Returns one page of `limit` items where there are so many. */
export async function queryPage(
  call: Call,
  definition: EntityDefinition,
  given: AnyQuery,
  log: Log,
): Promise<Page<object>> {
  const key = needsKey(definition, given, mayEndEarly(given)) ? await cursorKey(call) : undefined;
  const { query, begin, cursors, projection } = checkedQuery(call, definition, given, key);
  const leaveOut = leaveOutOf(definition, keyNames(query.index)[1]);
  const page: Page<object> = await readPage(call, query, cursors, begin({ ...optionsOf(query, log), leaveOut }));
  const convert: Convert = projection?.toEntity ?? ((item) => toEntity(item, definition.prefix)); // a copy, because `start` reads the item later
  page.items = (page.items as StoredItem[]).map(convert);
  return page;
}

/**
 * Returns the next page of a reading. Forward it reads one item more than the limit, so that a cursor is given only if another item exists;
 * backward the cursor is always known, since it is that of the page's own last item.
 */
export async function readPage(
  call: Call,
  query: ResolvedQuery,
  cursors: CursorCodec,
  reading: Reading,
): Promise<Page<StoredItem>> {
  const limit = checkedLimit(query);
  const isBackward = query.before !== undefined;
  const wanted = isBackward ? limit : limit + 1;
  await reading.readTo(wanted, () => call);
  const items = reading.items.slice(0, limit);
  if (isBackward) items.reverse();
  const [first, last] = [items[0], items.at(-1)];
  const endedAt = reading.found < wanted ? reading.endedAt : undefined; // ended early
  const at = (item: StoredItem) => cursors.encode(reading.positionOf(item));
  const atEarlyEnd = endedAt && (() => cursors.encodeEarlyEnd(endedAt));
  const begin = (isBackward && atEarlyEnd) || (first && (() => at(first)));
  const isLast = !isBackward && reading.found <= limit;
  const cursor = last && !isLast ? at(last) : atEarlyEnd?.();
  const page: Page<StoredItem> = cursor === undefined ? { items } : { items, cursor };
  return begin ? withStart(page, begin) : page;
}

/** Adds a `start` that is made when it is read: its hash costs about a twentieth of a small page, and few callers page backward. */
function withStart(page: Page<StoredItem>, make: () => string): Page<StoredItem> {
  let start: string | undefined;
  const get = () => {
    start ??= make();
    return start;
  };
  return Object.defineProperty(page, 'start', { get, enumerable: true, configurable: true });
}

/** Yields all pages: of `limit` items where given, else as large as DynamoDB returns them (1 MB), which takes the fewest requests. */
export async function* queryAll(
  call: Call,
  definition: EntityDefinition,
  query: AnyQuery,
  log: Log,
): AsyncGenerator<object[]> {
  rejectBackward(query);
  const limit = checkedLimit(query);
  const isUnlimited = query.limit === undefined && query.maxScanned === undefined;
  const key = needsKey(definition, query) ? await cursorKey(call) : undefined;
  const { begin, projection } = checkedQuery(call, definition, query, key);
  const reading = begin({ ...optionsOf(query, log), isUnlimited, leaveOut: leaveOutOf(definition) });
  const convert: Convert = projection?.toEntity ?? ((item) => intoEntity(item, definition.prefix));
  while (!reading.isAtEnd || reading.items.length > 0) {
    const missing = isUnlimited ? 1 : limit + 1 - reading.items.length; // one more, so that the last page is known to be the last
    const page = call.fork();
    await reading.readTo(reading.found + missing, () => (isUnlimited ? call.fork() : page));
    const items = reading.items.splice(0, isUnlimited ? reading.items.length : limit);
    if (items.length > 0) yield items.map(convert);
  }
}

/** Returns the number of results, or `atMost`, without transferring the items; it costs as much as reading them. */
export async function queryCount(call: Call, definition: EntityDefinition, query: AnyQuery, log: Log): Promise<number> {
  rejectBackward(query);
  const { atMost = Number.POSITIVE_INFINITY, filter } = query;
  if (query.atMost !== undefined && !(Number.isInteger(atMost) && atMost >= 1)) {
    throw new RangeError(`atMost is ${atMost}; it takes a whole number from 1 up`);
  }
  const key = needsKey(definition, query) ? await cursorKey(call) : undefined;
  const { begin } = checkedQuery(call, definition, { ...query, attributes: undefined }, key);
  const isUnlimited = query.atMost === undefined;
  const reading = begin({ isFiltered: filter !== undefined, isUnlimited, log }, true);
  while (!reading.isAtEnd && reading.found < atMost) await reading.readTo(atMost, () => call.fork());
  return Math.min(reading.found, atMost);
}

function rejectBackward({ before }: AnyQuery): void {
  if (before !== undefined) throw new TypeError('`before` is an option of query alone: pages and counts read forward');
}
