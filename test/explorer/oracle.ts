import { unknownOutcome } from './answer.js';
import type { ExploredCall, Repetition } from './explored-call.js';
import type { Caller } from './live-call.js';
import { type Answer, isError } from './rules.js';
import { type State, sorted, type TableContent, textOf } from './state.js';

/** One call of a run. Steps are counted from 1. */
export interface CallRecord {
  readonly caller: Caller;
  readonly call: Pick<ExploredCall, 'rule' | 'mayRepeat' | 'claimed' | 'mayFindNothing' | 'mayAnswerLater'>;
  /** It began after this many steps, and ended in this step. */
  readonly start: number;
  readonly end: number;
  readonly answer: Answer;
  /** Whether one of its attempts ended without an answer. */
  readonly isAbandoned: boolean;
}

/** What the table held from a step on, and whose request made it so. */
export interface Moment extends TableContent {
  readonly step: number;
  readonly by?: Caller;
  readonly attempt?: string;
}

/** All that the oracle needs to know of a run. */
export interface RunRecord {
  readonly calls: readonly CallRecord[];
  /** The table before the first step, and after each step that changed it. */
  readonly moments: readonly Moment[];
  /** By how many milliseconds the clock of A is ahead of that of the others. @default 0 */
  readonly skewMs?: number;
}

/** Ways to break the contract. */
export type Breach =
  | 'effect after the end' // an abandoned attempt took effect after its call was acknowledged or rejected
  | 'rejected but written' // the answer denies an effect
  | 'acknowledged, not written'
  | 'wrong effect' // no outcome of the call leads from the state before to the state after
  | 'applied twice'
  | 'wrong answer' // no state during the call explains the answer
  | 'unknown without a reason' // the outcome is said to be unknown, though every attempt was answered
  | 'torn state'; // a claim without its owner, an owner without its claim, or a stale index key

export interface Finding {
  readonly breach: Breach;
  readonly what: string;
}

/**
 * Exceptions within the contract, for the summary. A retried create without claims that meets another life of its id is rejected for that, and finds
 * nothing of its first attempt, which took effect in the life before.
 */
export type Exception = Repetition | 'rejected in another life';

export interface Verdict {
  readonly findings: readonly Finding[];
  readonly exceptions: readonly Exception[];
}

interface Effect {
  readonly by: Caller;
  readonly step: number;
  readonly attempt: string | undefined;
  readonly before: State;
  readonly after: State;
}

/**
 * Judges a run. The engine applies one request at a time, so the order of the effects is the serial order that has to explain the run: each effect
 * is an outcome of its call, within the time of the call, and each answer is that of an effect or of a moment at which the call had none.
 */
export function judge({ calls, moments, skewMs = 0 }: RunRecord): Verdict {
  const findings: Finding[] = [];
  const exceptions: Exception[] = [];
  const report = (breach: Breach, what: string) => findings.push({ breach, what });
  for (const { step, problems } of moments) {
    for (const problem of problems) report('torn state', `after step ${step}: ${problem}`);
  }
  const effects = effectsIn(moments);
  const clockOf = (caller: Caller) => {
    const start = calls.find((one) => one.caller === caller)?.start ?? 0;
    return caller === 'A' ? start + skewMs : start;
  };
  for (const record of calls) {
    const { caller, call, answer } = record;
    const own = effects.filter(({ by }) => by === caller);
    for (const { step, before, after } of own) {
      if (call.rule(before).some(({ state }) => textOf(state) === textOf(after))) continue;
      report('wrong effect', `${caller} changed the table in step ${step} from ${textOf(before)} to ${textOf(after)}`);
    }
    // `createdAt` tells a later life of an id from the one that the call means, unless its creator read its clock before the caller did
    const olderCallers = calls.map((one) => one.caller).filter((one) => clockOf(one) <= clockOf(caller));
    const rooms = effects.filter(
      ({ by }) => by !== caller && (call.mayRepeat !== 'in a later life' || olderCallers.includes(by)),
    );
    const repetition = repetitionOf(record, own, rooms);
    if (repetition === 'forbidden')
      report('applied twice', `${caller} took effect in steps ${own.map(({ step }) => step).join(' and ')}`);
    else if (repetition) exceptions.push(repetition);

    if (isError(answer) && answer.error === unknownOutcome) {
      if (!record.isAbandoned) report('unknown without a reason', `${caller} had an answer to each of its attempts`);
      continue;
    }
    const late = own.find(({ step }) => step > record.end);
    if (late)
      report('effect after the end', `${caller} ended in step ${record.end}, and took effect in step ${late.step}`);
    const inTime = own.filter(({ step }) => step <= record.end);
    const problem = inTime.length > 0 ? denial(record, inTime, moments) : idleness(record, moments);
    if (problem === 'rejected but written' && isOfAnotherLife(record, inTime, rooms, moments))
      exceptions.push('rejected in another life');
    else if (problem) report(problem, `${caller} answered ${JSON.stringify(answer)}`);
  }
  return { findings, exceptions };
}

function effectsIn(moments: readonly Moment[]): Effect[] {
  return moments.flatMap(({ by, attempt, step, state }, i): Effect | [] => {
    const before = moments[i - 1]?.state;
    return by && before && textOf(before) !== textOf(state) ? { by, step, attempt, before, after: state } : [];
  });
}

/** The answer of a call with effects has to be that of one of them. */
function denial(record: CallRecord, effects: readonly Effect[], moments: readonly Moment[]): Breach | undefined {
  const { call, answer } = record;
  const { rule } = call;
  const isExplained = effects.some(({ before, after }) =>
    rule(before).some((outcome) => isSame(outcome.answer, answer) && textOf(outcome.state) === textOf(after)),
  );
  if (isExplained || (call.mayAnswerLater && isFoundLater(record, effects, moments))) return undefined;
  return isError(answer) || answer === null || answer === false ? 'rejected but written' : 'wrong answer';
}

/** Whether a call whose reply was lost answers with its entity as it was at a moment after its effect. */
function isFoundLater(
  { answer, end, isAbandoned }: CallRecord,
  effects: readonly Effect[],
  moments: readonly Moment[],
): boolean {
  const [{ step: first } = { step: end }] = effects;
  const ids = effects.flatMap(changedIds);
  return (
    isAbandoned &&
    moments.some(({ step, state }) => {
      if (step < first || step > end) return false;
      return ids.some((id) => isSame(answer, { id: id.replace(/^[A-Z]+#/, ''), ...state.get(id) }));
    })
  );
}

/** Whether the rejection of a call with effects is right for a state of a later life of the entity, which began with one of `rooms`. */
function isOfAnotherLife(
  record: CallRecord,
  own: readonly Effect[],
  rooms: readonly Effect[],
  moments: readonly Moment[],
): boolean {
  const { mayRepeat } = record.call;
  const last = own.at(-1);
  if (!last || !isError(record.answer) || (mayRepeat !== 'after a delete' && mayRepeat !== 'in a later life'))
    return false;
  const next = rooms.find((one) => one.step > last.step && makesRoom[mayRepeat](one, last));
  return next !== undefined && idleness({ ...record, start: next.step }, moments) === undefined;
}

/** The answer of a call without effects has to be right for a state during the call. */
function idleness(record: CallRecord, moments: readonly Moment[]): Breach | undefined {
  const { call, answer, start, end, isAbandoned } = record;
  const during = moments.filter(
    ({ step }, i) => step <= end && (moments[i + 1]?.step ?? Number.POSITIVE_INFINITY) > start,
  );
  const isExplained = during.some(({ state }) =>
    call.rule(state).some((outcome) => {
      const isIdle = textOf(outcome.state) === textOf(state);
      const hasFoundNothing = call.mayFindNothing && isAbandoned && outcome.answer === false && answer === true;
      return isIdle && (isSame(outcome.answer, answer) || hasFoundNothing);
    }),
  );
  if (isExplained) return undefined;
  return isError(answer) ? 'wrong answer' : 'acknowledged, not written';
}

/** Returns how a call took effect more than once, and whether the contract lets it; undefined: once at most. */
function repetitionOf({ call }: CallRecord, own: readonly Effect[], rooms: readonly Effect[]) {
  const { mayRepeat, claimed = [] } = call;
  const pairs = own.slice(1).map((second, i) => [own[i] as Effect, second] as const);
  if (pairs.length === 0) return undefined;
  const isWithin = pairs.every(([first, second]) => {
    const between = rooms.filter(({ step }) => step > first.step && step < second.step);
    const isTransaction = claimed.some((attribute) => hasChanged(first, attribute));
    return !isTransaction && between.some((one) => mayRepeat && makesRoom[mayRepeat](one, first, second));
  });
  return isWithin && mayRepeat ? mayRepeat : 'forbidden';
}

/** Whether the effect of another call makes a second application possible. */
const makesRoom: Record<Repetition, (other: Effect, first: Effect, second?: Effect) => boolean> = {
  'on top': () => true,
  'by its copy': (_, first, second) => first.attempt === second?.attempt,
  'after a delete': ({ after }, first) => idsOf(first.after, first.before).some((id) => !after.has(id)),
  'after a create': ({ after }, first) => idsOf(first.before, first.after).some((id) => after.has(id)),
  'in a later life': ({ before, after }, first) => changedIds(first).some((id) => !before.has(id) && after.has(id)),
};

/** The ids that one state has and another has not. */
const idsOf = (one: State, other: State): string[] => [...one.keys()].filter((id) => !other.has(id));

const changedIds = ({ before, after }: Effect): string[] =>
  [...before].filter(([id, entity]) => !isSame(entity, after.get(id))).map(([id]) => id);

const hasChanged = ({ before, after }: Effect, attribute: string): boolean =>
  [...after].some(([id, entity]) => before.get(id)?.[attribute] !== entity[attribute]);

const isSame = (one: Answer, other: Answer): boolean => JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
