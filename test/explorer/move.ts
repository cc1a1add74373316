import type { Reply } from '@aws-starter-kit/dynamo-faults';
import type { Attempt } from './live-call.js';
import { type Keys, noKeys, type Step } from './step.js';

/** A step, what to log of it, and how to take it. */
export interface Move extends Step {
  readonly words: string;
  run(): Promise<unknown>;
}

/** What an attempt comes to, for the run. */
export interface Consequences {
  /** A copy of the request arrives late. */
  hold(): void;
  /** The caller gets no answer. */
  abandon(): void;
  /** The engine answered, and the caller knows it, or does not. */
  reply(reply: Reply, isPassedOn: boolean): void;
  /** The move came to the same as another one. */
  skip(): void;
}

/**
 * Returns the ways in which a request can end, the one without a fault first. A lost request is one that is held back until nothing can show that it
 * arrived.
 */
export function attemptMoves(attempt: Attempt, { hold, abandon, reply, skip }: Consequences): Move[] {
  const { label, caller, operation, isWrite, keys, request } = attempt;
  const touched = (isWrite ? keys.writes : keys.reads).join(', ');
  const move = (kind: string, words: string, run: Move['run'], at: Keys = keys): Move => ({
    label: `${label} ${kind}`,
    actor: caller,
    keys: at,
    words: `${label} ${operation} ${touched}: ${words}`,
    run,
  });
  const answered = move('answered', 'delivered and answered', async () => reply(await request.answer(), true));
  if (!isWrite) return [answered];
  const fail = async () => {
    hold();
    abandon();
    request.reset();
  };
  const double = async () => {
    reply(await request.deliver(), false);
    await fail();
  };
  const copy = async () => {
    // an answered attempt arrives twice by its token alone, and a rejection leaves none
    const answer = await request.answer();
    reply(answer, true);
    if (answer.statusCode === 200) hold();
    else skip();
  };
  return [
    answered,
    move('held', 'held back, connection reset', fail, noKeys),
    move('doubled', 'delivered, reply lost, a copy held back', double),
    ...(operation === 'TransactWriteItems' ? [move('copied', 'delivered and answered, a copy held back', copy)] : []),
  ];
}

/** Returns the late arrival of a request that was held back. */
export function lateMove(
  { label, caller, operation, keys, request }: Attempt,
  arrive: (deliver: () => Promise<Reply>) => Promise<void>,
): Move {
  return {
    label: `${label} late`,
    actor: caller,
    keys,
    words: `${label} ${operation}: arrives late`,
    run: () => arrive(request.deliver),
  };
}
