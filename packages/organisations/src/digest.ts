import { createHash } from 'node:crypto';

/** Returns a short id for a list of texts, of which each may be longer than a key, or secret. */
export const digest = (...texts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(texts)).digest('base64url');
