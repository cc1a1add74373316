import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Begins every hidden cursor. A plain one is the base64 of a JSON array, which begins with W. */
const mark = 'E';
const algorithm = 'aes-256-gcm';
export const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
/** Texts are filled up to a multiple of this, since the length of a cursor would tell the length of a key. */
const blockBytes = 256;

/** True for a cursor that only `reveal` can read. */
export const isHidden = (cursor: unknown): cursor is string => typeof cursor === 'string' && cursor.startsWith(mark);

/** Returns a cursor that holds a JSON text encrypted. @param query what `reveal` must be given too */
export function hide(key: Uint8Array, json: string, query: string): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, key, nonce).setAAD(Buffer.from(query));
  const bytes = Buffer.byteLength(json);
  const padded = json + ' '.repeat((blockBytes - (bytes % blockBytes)) % blockBytes);
  const sealed = [nonce, cipher.update(padded, 'utf8'), cipher.final(), cipher.getAuthTag()];
  return mark + Buffer.concat(sealed).toString('base64url');
}

/** Returns the text of a hidden cursor; undefined where `hide` did not make it with this key, for this query. */
export function reveal(key: Uint8Array, cursor: string, query: string): string | undefined {
  const sealed = Buffer.from(cursor.slice(mark.length), 'base64url');
  if (sealed.length <= nonceBytes + tagBytes || mark + sealed.toString('base64url') !== cursor) return undefined;
  const decipher = createDecipheriv(algorithm, key, sealed.subarray(0, nonceBytes), { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(query)).setAuthTag(sealed.subarray(-tagBytes));
  try {
    return (
      decipher.update(sealed.subarray(nonceBytes, -tagBytes), undefined, 'utf8') + decipher.final('utf8')
    ).trimEnd();
  } catch {
    return undefined; // of another key or query, or changed
  }
}
