import { createHash } from 'node:crypto';
import { sorted } from './state.js';

const updatedAt = /"updatedAt":(?:\{"S":)?"[^"]*"/g;
/** UUIDs, and digests in hexadecimal or base64. */
const ids = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64}|[\w+/]{43}=/g;
/** ISO 8601, or milliseconds or seconds since 1970. */
const times = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z|\b(?:\d{13}|\d{10})\b/g;

/**
 * Returns a text that is equal for points of two runs from which the same can follow: ids of writes are equal if they appear in the same order, and times
 * if they are in the same order. `updatedAt` decides nothing.
 */
export function fingerprintOf(point: unknown): string {
  const text = JSON.stringify(sorted(point)).replace(updatedAt, '');
  const found = [...new Set(text.match(ids))];
  const order = [...new Set(text.match(times))].sort(); // those of one form have the same length
  const general = text
    .replace(ids, (id) => `id ${found.indexOf(id)}`)
    .replace(times, (time) => `time ${order.indexOf(time)}`);
  return createHash('sha256').update(general).digest('base64');
}
