import { hash } from 'node:crypto';

/** UUIDs, and long hexadecimal or decimal numbers, also behind the name of a connection (`auth0|…`). No phone number is as long. */
const opaque = /^([a-z\d-]{1,30}\|)?([\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}|[\da-f]{20,64})$/i;

/**
 * Returns an id for the log: itself if it is opaque, else its hash, since callers choose ids and some issuers use names
 * or emails as subjects. The hash is the beginning of `printf %s <id> | sha256sum`.
 */
export function pseudonym(id: string): string {
  return opaque.test(id) ? id : `sha256:${hash('sha256', id).slice(0, 16)}`;
}
