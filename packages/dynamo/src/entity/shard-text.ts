import { hash } from 'node:crypto';

/*
 * The sort key of a sharded entry is its own sort key, then this separator and the stored id. Every place is unique,
 * and the order of places is the order of the sort keys, then of the ids: the separator is less than any text with
 * which a sort key can go on, since the two characters below it are escaped. With a plain `#`, "Ann Lee" would come
 * before "Ann", and `eq: 'a'` would also find `a#b`.
 */
const mark = '\u0001';
const separator = `${mark}#`;
/** The least text with which an escaped sort key can go on. */
export const continuation = `${mark}$`;

/** Returns a sort key so that no separator is in it, and escaped keys have the order of the keys. */
export function escapeSortKey(sk: string): string {
  if (!sk.includes(mark) && !sk.includes('\u0000')) return sk;
  return sk.replaceAll(mark, `${mark}%`).replaceAll('\u0000', continuation);
}

/** Returns the beginning of all places of one sort key. */
export const placesOf = (sk: string): string => escapeSortKey(sk) + separator;

/**
 * Returns the stored sort key of a sharded entry.
 * @param id stored, since several kinds of entities may share a partition
 */
export const placeOf = (sk: string, id: string): string => placesOf(sk) + id;

/** Returns the sort key of a place; of another text, the sort key at which it would be. */
export function sortKeyOf(place: string): string {
  const end = place.indexOf(separator);
  const escaped = end < 0 ? place : place.slice(0, end);
  return escaped.replaceAll(continuation, '\u0000').replaceAll(`${mark}%`, mark);
}

/** Returns the sort key of a stored one, which may be a place. @param id stored */
export const ownSortKey = (stored: string, id: string): string =>
  stored.endsWith(separator + id) ? sortKeyOf(stored) : stored;

/** Returns the partition key of a shard. */
export const shardPartition = (pk: string, shard: number): string => `${pk}~${shard}`;

/** True for the partition key of any shard of a partition. */
export const isShardOf = (stored: string, pk: string): boolean =>
  stored.startsWith(`${pk}~`) && /^\d+$/.test(stored.slice(pk.length + 1));

/** Returns the shard of a text: a hash, so that texts that follow each other are spread. */
export const shardOf = (text: string, shards: number): number =>
  Number.parseInt(hash('sha256', text, 'hex').slice(0, 8), 16) % shards;
