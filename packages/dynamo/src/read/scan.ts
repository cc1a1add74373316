import type { Call } from '../call/call.js';
import { intoEntity, isInternalAttribute, type StoredItem, tombstoneAttribute } from '../entity/entity.js';
import { type EntityDefinition, isTombstone } from '../entity/entity-definition.js';
import type { ScanOptions } from '../options.js';
import { shallowMerge } from '../shallow-merge.js';
import type { Operations } from '../transport/transport.js';
import { itemFilter } from './item-filter.js';
import { projectionOf } from './projection.js';

type ScanRequest = Operations['Scan'][0];

/** Yields all entities of one kind, page by page. Segments of the table are read in parallel; their pages are yielded as they arrive. */
export async function* scanSegments(
  call: Call,
  definition: EntityDefinition,
  options: ScanOptions & { filter?: unknown; attributes?: readonly string[] | undefined },
  log: Record<string, string | number | undefined>,
): AsyncGenerator<object[]> {
  const { segments = 1, consistent = false } = options;
  if (!Number.isInteger(segments) || segments < 1 || segments > 1_000_000) {
    throw new RangeError(`segments is ${segments}; it takes a whole number from 1 to 1,000,000`);
  }
  const { FilterExpression, names, values } = itemFilter(definition, options.filter);
  const projection = projectionOf(definition, options.attributes);
  const allNames = projection ? shallowMerge(names, projection.names) : names;
  const request: ScanRequest = {
    TableName: call.connection.tableName,
    FilterExpression,
    ExpressionAttributeValues: values,
    ...(Object.keys(allNames).length > 0 && { ExpressionAttributeNames: allNames }),
    ...(projection && { ProjectionExpression: projection.ProjectionExpression }),
    ...(consistent && { ConsistentRead: true }),
  };
  const convert: (item: StoredItem) => object = projection?.toEntity ?? ((item) => intoEntity(item, definition.prefix));
  let scanned = 0;
  const onPage = (count: number) => {
    scanned += count;
    if (options.filter !== undefined) log.scanned = scanned;
  };
  const scans = Array.from({ length: segments }, (_, Segment) =>
    scanSegment(call, segments === 1 ? request : { ...request, Segment, TotalSegments: segments }, onPage),
  );
  const next = (scan: AsyncGenerator<StoredItem[]>) => {
    const coming = scan.next().then((page) => ({ scan, page }));
    coming.catch(() => {}); // it may fail while the reader is busy with the previous page: the next race reports it
    return coming;
  };
  const pending = new Map(scans.map((scan) => [scan, next(scan)]));
  try {
    while (pending.size > 0) {
      const { scan, page } = await Promise.race(pending.values());
      if (page.done) pending.delete(scan);
      else {
        pending.set(scan, next(scan));
        yield page.value.map(convert);
      }
    }
  } finally {
    await Promise.allSettled(pending.values()); // a reader that stops early leaves no requests behind
  }
}

/** Internal attributes, which no entity has, except the one by which the scan recognizes a tombstone. */
const leaveOut = (name: string) => name !== tombstoneAttribute && isInternalAttribute(name);

async function* scanSegment(
  call: Call,
  request: ScanRequest,
  onPage: (scanned: number) => void,
): AsyncGenerator<StoredItem[]> {
  let from: Record<string, unknown> | undefined;
  do {
    const { Items, ScannedCount, LastEvaluatedKey } = await call
      .fork()
      .read('Scan', from ? { ...request, ExclusiveStartKey: from } : request, leaveOut);
    onPage(ScannedCount ?? 0);
    const found = (Items ?? []).filter((item) => !isTombstone(item));
    if (found.length > 0) yield found as StoredItem[];
    from = LastEvaluatedKey;
  } while (from);
}
