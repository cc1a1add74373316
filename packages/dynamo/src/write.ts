import { randomUUID } from 'node:crypto';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Call } from './call.js';
import type { Attributes } from './entity.js';
import { WriteOutcomeUnknownError } from './errors.js';
import { cancellationReasons } from './failure.js';
import { merged } from './merged.js';
import { judgeCancellation } from './outcome.js';
import type { Operations } from './transport.js';

/** One action of a transaction. */
export type Action = NonNullable<Operations['TransactWriteItems'][0]['TransactItems']>[number];

/** Positions of the actions whose conditions did not hold, each with the item that was met there, if any. */
export type Refused = ReadonlyMap<number, Attributes | undefined>;

/** A change of one entity with its claims: sent by itself, in a batch with others, or with others or none at all. */
export interface Write<R> {
  /** The entity's own action first, then those of its claims. */
  readonly actions: readonly Action[];
  /** Size of what it writes. */
  readonly bytes: number;
  /** What `done` needs to see of a single request. */
  readonly returns?: 'ALL_NEW' | 'ALL_OLD';
  /** Not to be sent again where the reply was lost: a repeat could count twice. */
  readonly isOnce?: boolean;
  /** The answer, once it is committed. */
  done(call: Call, returned: Attributes | undefined): R;
  /** What a refusal means: the answer, or the write to send instead. Throws what the caller has to know. */
  refused(call: Call, refused: Refused): Step<R>;
}

/** What comes next for a change: a write to send, or the answer. */
export type Step<R> = Write<R> | { readonly answer: R };

export const isAnswer = <R>(step: Step<R>): step is { readonly answer: R } => 'answer' in step;

/** Sends a change by itself, over again in the form that a refusal gives it, until there is an answer. */
export async function commit<R>(call: Call, first: Step<R>): Promise<R> {
  let step = first;
  try {
    for (let attempt = 1; !isAnswer(step); attempt++) {
      if (attempt > 2) await call.pause(attempt - 2, 'contention');
      step = await send(call, step);
    }
    return step.answer;
  } catch (error) {
    throw outcomeOf(call, error);
  }
}

/** The error of a change that ends with one: a first try that may have been stored is not undone by what refuses the next. */
export const outcomeOf = (call: Call, error: unknown): Error =>
  !call.mayHaveWritten || error instanceof WriteOutcomeUnknownError
    ? (error as Error)
    : new WriteOutcomeUnknownError({ cause: error });

/** One request; a transaction only where there are claims. */
async function send<R>(call: Call, write: Write<R>): Promise<Step<R>> {
  const [action, ...ofClaims] = write.actions;
  let refused: Refused | undefined;
  let returned: Attributes | undefined;
  if (!action || ofClaims.length > 0) refused = await sendTransaction(call, write.actions);
  else {
    try {
      returned = await sendSingle(call, action, write);
    } catch (error) {
      const { name, Item } = error as { name?: string; Item?: unknown };
      if (name !== 'ConditionalCheckFailedException') throw error;
      refused = new Map([[0, decoded(Item)]]);
    }
  }
  return refused ? write.refused(call, refused) : { answer: write.done(call, returned) };
}

async function sendSingle(call: Call, { Put, Update, Delete }: Action, { returns, isOnce }: Write<unknown>) {
  const asked = returns && { ReturnValues: returns };
  if (Put) return (await call.send('PutItem', Put)).Attributes;
  if (Update) return (await call.send('UpdateItem', merged(Update, asked), { isOnce })).Attributes;
  return (await call.send('DeleteItem', merged(Delete as NonNullable<typeof Delete>, asked))).Attributes;
}

/**
 * Sends one transaction under a token of its own, so that a repeat of the same bytes gives the first answer.
 * @returns undefined when it was committed, else what was refused; nothing of it is written then
 */
export async function sendTransaction(call: Call, actions: readonly Action[]): Promise<Refused | undefined> {
  try {
    await call.send('TransactWriteItems', { TransactItems: [...actions], ClientRequestToken: randomUUID() });
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

const decoded = (item: unknown): Attributes | undefined =>
  item ? unmarshall(item as Record<string, AttributeValue>) : undefined;
