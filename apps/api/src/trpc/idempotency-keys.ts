import { ClientError } from '../errors/client-error.js';

/** One key, in quotes as in the IETF draft or without; empty quotes for a call of a batch that has none. */
const element = /^"([!#-+\--:<-[\]-~]{0,255})"$|^([!#-+\--:<-[\]-~]{1,255})$/;

/**
 * Returns the keys of the calls of a request, by position. The header has one for each call of a batch, separated by
 * commas: `Idempotency-Key: "8e03978e", "", "5f1c0a77"`.
 *
 * The header follows draft-ietf-httpapi-idempotency-key-header, which knows no batches.
 * @throws ClientError BAD_REQUEST for a header that has another form, or another number of keys
 */
export function idempotencyKeys(
  header: string | undefined,
  calls: number,
): readonly (string | undefined)[] | undefined {
  if (header === undefined) return undefined;
  const keys = header.split(',').map((text) => {
    const [, quoted, bare] = element.exec(text.trim()) ?? rejectHeader(calls);
    return quoted || bare; // empty quotes: no key
  });
  return keys.length === calls ? keys : rejectHeader(calls);
}

function rejectHeader(calls: number): never {
  const wanted = calls === 1 ? 'one key' : `${calls} keys, one for each call, separated by commas`;
  const message = `The header Idempotency-Key takes ${wanted}: 1 to 255 characters of ASCII in quotes, without space, quote, comma, semicolon or backslash`;
  throw new ClientError({ code: 'BAD_REQUEST', message });
}

/** Returns the key under which the database remembers a call: keys of other callers and procedures are others. */
export const onceKeyOf = (caller: string, procedure: string, key: string): string =>
  JSON.stringify([caller, procedure, key]);

/** Returns the header of an answer of which calls were applied before: `true`, in a batch by position `false, true`. */
export function replayedHeader(replayed: ReadonlySet<number>, calls: number): { 'idempotency-replayed'?: string } {
  if (replayed.size === 0) return {};
  return { 'idempotency-replayed': Array.from({ length: calls }, (_, i) => replayed.has(i)).join(', ') };
}
