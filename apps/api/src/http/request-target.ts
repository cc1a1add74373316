import type { IncomingMessage } from 'node:http';

/**
 * Returns whether target and Host header are plain. tRPC builds a URL of both, and fails if that is not valid or holds
 * credentials. HTTP/1.1 requires the header; Node's own check of that is off, since it answers without a body.
 */
export function isPlainTarget({ url = '', headers: { host }, httpVersion }: IncomingMessage): boolean {
  if (!url.startsWith('/')) return false;
  return host === undefined ? httpVersion === '1.0' : /^(\[[\da-f:.]+\]|[\w.-]+)(:\d{1,5})?$/i.test(host);
}

/** Returns whether a target is UTF-8 under its percent signs. Of other bytes, tRPC would make replacement characters. */
export function isDecodable({ url = '' }: IncomingMessage): boolean {
  if (!/%(?![0-7][\da-f])/i.test(url)) return true; // ASCII
  try {
    decodeURIComponent(url);
    return true;
  } catch {
    return false;
  }
}
