import { createHash } from 'node:crypto';
import { maxSortKeyBytes, storedId } from './entity-id.js';
import { InvalidCursorError } from './errors.js';
import { type IndexQuery, isWithin } from './key-condition.js';

/** Where a page ended: the sort key and bare id of its last item. */
export interface Position {
  sk: string;
  id: string;
}

/** A query's own sign: a cursor of another entity, index, partition, condition or order does not have it. */
const signOf = (prefix: string, { index, pk, sk, order = 'asc' }: IndexQuery): string =>
  createHash('sha256')
    .update(JSON.stringify([prefix, index, pk, sk ?? null, order]))
    .digest('base64url')
    .slice(0, 22);

/** A cursor holds the query's sign, the sort key and the bare id; the partition key comes from the query. */
export function encodeCursor(prefix: string, query: IndexQuery, { sk, id }: Position): string {
  return Buffer.from(JSON.stringify([signOf(prefix, query), sk, id])).toString('base64url');
}

/** @throws InvalidCursorError for anything that `encodeCursor` did not make for this query */
export function decodeCursor(prefix: string, query: IndexQuery, cursor: string): Position {
  const position = parse(cursor);
  if (position?.sign !== signOf(prefix, query)) throw new InvalidCursorError();
  const { sk, id } = position;
  const isKey = sk !== '' && Buffer.byteLength(sk) <= maxSortKeyBytes && storedId(prefix, prefix + id) !== null;
  if (!isKey || !isWithin(query.sk, sk) || encodeCursor(prefix, query, { sk, id }) !== cursor) {
    throw new InvalidCursorError();
  }
  return { sk, id };
}

function parse(cursor: unknown): (Position & { sign: string }) | undefined {
  if (typeof cursor !== 'string') return undefined;
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (!Array.isArray(parts) || parts.length !== 3 || parts.some((part) => typeof part !== 'string')) return undefined;
    const [sign, sk, id] = parts as [string, string, string];
    return { sign, sk, id };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
