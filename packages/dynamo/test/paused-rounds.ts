import { type PausedRequest, pausingHandler } from '@aws-starter-kit/dynamo-faults';

/** The requests of a call in rounds: the operations that were in flight together, with their numbers. */
export type Rounds = readonly Readonly<Record<string, number>>[];

/** Turns of the event loop in which a call that still has something to send would send it. */
const quietTurns = 50;

/**
 * Answers requests in rounds: no request is answered before the call has sent all that it can send without an answer. So the number of rounds is
 * the number of round trips that a call waits for, at any speed of the machine.
 */
export function pausedRounds(): {
  requestHandler: ReturnType<typeof pausingHandler>;
  of(work: () => Promise<unknown>): Promise<Rounds>;
} {
  let pending: PausedRequest[] = [];
  let handle = (request: PausedRequest) => void request.answer();
  const untilQuiet = async () => {
    for (let turn = 0, seen = pending.length; turn < quietTurns; turn++) {
      await new Promise(setImmediate);
      if (pending.length > seen) [turn, seen] = [0, pending.length];
    }
  };
  return {
    requestHandler: pausingHandler((request) => handle(request)),
    /** Returns the rounds of a call. */
    async of(work: () => Promise<unknown>): Promise<Rounds> {
      const rounds: Record<string, number>[] = [];
      let isOver = false;
      handle = (request) => void pending.push(request);
      const result = work().finally(() => {
        isOver = true;
      });
      result.catch(() => {}); // the caller sees it below
      await untilQuiet();
      while (!isOver || pending.length > 0) {
        const together = pending;
        pending = [];
        const round: Record<string, number> = {};
        for (const { operation } of together) round[operation] = (round[operation] ?? 0) + 1;
        if (together.length > 0) rounds.push(round);
        await Promise.all(together.map((request) => request.answer()));
        await untilQuiet();
      }
      handle = (request) => void request.answer();
      await result;
      return rounds;
    },
  };
}
