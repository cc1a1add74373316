import type { Call } from './call.js';
import type { StoredItem } from './entity.js';
import { type EntityKind, filterOf } from './entity-kind.js';

/** All items of one entity, page by page, each segment of the table by itself and all segments at once; pages come as they arrive. */
export async function* scanSegments(
  call: Call,
  kind: EntityKind,
  segments: number,
  consistent: boolean,
): AsyncGenerator<StoredItem[]> {
  if (!Number.isInteger(segments) || segments < 1 || segments > 1_000_000) {
    throw new RangeError(`segments is ${segments}; it takes a whole number from 1 to 1,000,000`);
  }
  const scans = Array.from({ length: segments }, (_, i) => scanSegment(call, kind, consistent, i, segments));
  const next = (scan: AsyncGenerator<StoredItem[]>) => {
    const coming = scan.next().then((page) => ({ scan, page }));
    coming.catch(() => {}); // it may fail while the reader is busy with the page before: heard at the next race
    return coming;
  };
  const pending = new Map(scans.map((scan) => [scan, next(scan)]));
  try {
    while (pending.size > 0) {
      const { scan, page } = await Promise.race(pending.values());
      if (page.done) pending.delete(scan);
      else {
        pending.set(scan, next(scan));
        yield page.value;
      }
    }
  } finally {
    await Promise.allSettled(pending.values()); // who stops early does not leave requests behind
  }
}

async function* scanSegment(call: Call, kind: EntityKind, consistent: boolean, segment: number, segments: number) {
  const { FilterExpression, names, values } = filterOf(kind);
  const request = {
    TableName: call.connection.tableName,
    FilterExpression,
    ExpressionAttributeValues: values,
    ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
    ...(consistent && { ConsistentRead: true }),
    ...(segments > 1 && { Segment: segment, TotalSegments: segments }),
  };
  let from: Record<string, unknown> | undefined;
  do {
    const { Items, LastEvaluatedKey } = await call
      .part()
      .send('Scan', from ? { ...request, ExclusiveStartKey: from } : request);
    if (Items?.length) yield Items as StoredItem[];
    from = LastEvaluatedKey;
  } while (from);
}
