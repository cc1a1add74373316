import { randomUUID } from 'node:crypto';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Call } from './call.js';
import type { Attributes } from './entity.js';
import { cancellationReasons } from './failure.js';
import { judgeCancellation } from './outcome.js';
import type { Action } from './unique-claims.js';

/** Positions of the actions whose conditions did not hold, each with the item that was met there, if any. */
export type Refused = ReadonlyMap<number, Attributes | undefined>;

const decoded = (item: unknown): Attributes | undefined =>
  item ? unmarshall(item as Record<string, AttributeValue>) : undefined;

/**
 * Sends one transaction under a token of its own, so that a repeat of the same bytes gives the first answer.
 * @returns undefined when it was committed, else what was refused; nothing of it is written then
 */
export async function transact(call: Call, actions: Action[]): Promise<Refused | undefined> {
  try {
    await call.send('TransactWriteItems', { TransactItems: actions, ClientRequestToken: randomUUID() });
    return undefined;
  } catch (error) {
    const reasons = cancellationReasons(error);
    if (!reasons || judgeCancellation(reasons) !== 'conditions') throw error;
    call.isRepeat = false; // by its token, a first try that happened would have answered for the repeat
    const refused = new Map<number, Attributes | undefined>();
    reasons.forEach((reason, i) => {
      if (reason.Code === 'ConditionalCheckFailed') refused.set(i, decoded(reason.Item));
    });
    return refused;
  }
}

/** The item that a failed condition of a single write met; rethrows every other error. */
export function itemOfFailure(error: unknown): Attributes | undefined {
  const { name, Item } = error as { name?: string; Item?: unknown };
  if (name !== 'ConditionalCheckFailedException') throw error;
  return decoded(Item);
}
