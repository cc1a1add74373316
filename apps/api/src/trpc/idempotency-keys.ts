import type { OnceKey } from '@aws-starter-kit/dynamo/model';
import { ClientError } from '../errors/client-error.js';

/** The key of one call. */
export interface IdempotencyKey {
  readonly key: string;
  /** Milliseconds since 1970, by the clock of the client: when it sent this attempt. */
  readonly sentAt: number | undefined;
}

/**
 * One key, with quotes as in the IETF draft or without, and the time of its attempt. Empty quotes stand for a call
 * without a key.
 */
const element = /^(?:"([!#-+\--:<-[\]-~]{0,255})"|([!#-+\--:<-[\]-~]{1,255}))(?:;at=(\d{1,15}))?$/;

/**
 * Returns the keys of the calls of a request, by position. The header has one for each call of a batch, separated by
 * commas: `Idempotency-Key: "8e03978e";at=1764460800000, "", "5f1c0a77"`.
 *
 * The header follows draft-ietf-httpapi-idempotency-key-header, which has neither batches nor `at`.
 * @throws ClientError BAD_REQUEST for a header that has another form, or another number of keys
 */
export function idempotencyKeys(
  header: string | undefined,
  calls: number,
): readonly (IdempotencyKey | undefined)[] | undefined {
  if (header === undefined) return undefined;
  const keys = header.split(',').map((text) => {
    const [, quoted, bare, at] = element.exec(text.trim()) ?? rejectHeader(calls);
    const key = quoted || bare;
    return key ? { key, sentAt: at === undefined ? undefined : Number(at) } : undefined;
  });
  return keys.length === calls ? keys : rejectHeader(calls);
}

function rejectHeader(calls: number): never {
  const wanted = calls === 1 ? 'one key' : `${calls} keys, one for each call, separated by commas`;
  const message = `The header Idempotency-Key takes ${wanted}: 1 to 255 printable ASCII characters in double quotes, except space, double quote, comma, semicolon and backslash`;
  throw new ClientError({ code: 'BAD_REQUEST', message });
}

/**
 * Returns the key of the call's record in the database. It includes the caller and the procedure, so that their keys
 * cannot collide.
 */
export function onceKeyOf(caller: string, procedure: string, { key, sentAt }: IdempotencyKey): string | OnceKey {
  const own = JSON.stringify([caller, procedure, key]);
  return sentAt === undefined ? own : { key: own, sentAt };
}

/** Returns the header that marks the calls that had already been applied: `true`, or `false, true` in a batch. */
export function replayedHeader(replayed: readonly number[], calls: number): { 'idempotency-replayed'?: string } {
  if (replayed.length === 0) return {};
  return { 'idempotency-replayed': Array.from({ length: calls }, (_, i) => replayed.includes(i)).join(', ') };
}
