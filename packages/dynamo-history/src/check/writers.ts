import type { State, Write } from '../history.js';
import type { Timeline } from './timeline.js';
import { callOf, contentOf, type Report } from './violation.js';

/** Each version that was seen was written by one call, once, as that call was asked to and as it answered. */
export function checkWriters(timeline: Timeline, writers: ReadonlyMap<string, Write>, report: Report): void {
  for (const state of timeline.states.values()) {
    if (state.version === timeline.initial?.version) continue;
    const by = writers.get(state.token);
    const seer = timeline.seenBy.get(state.version);
    const where = `version ${state.version} of ${timeline.id}`;
    if (!by || by.id !== timeline.id) {
      report(
        'unwritten-state',
        `${where}, seen by ${callOf(seer)}, is ${contentOf(state)}: no call wrote that`,
        seer,
        by,
      );
      continue;
    }
    checkWriter(timeline, writers, state, by, where, report);
  }
  checkRepetitions(timeline, writers, report);
}

function checkWriter(
  timeline: Timeline,
  writers: ReadonlyMap<string, Write>,
  state: State,
  by: Write,
  where: string,
  report: Report,
): void {
  const { version } = state;
  const seer = timeline.seenBy.get(version);
  const { outcome } = by;
  if (outcome.is === 'rejected' || outcome.is === 'failed') {
    const how = outcome.is === 'failed' ? outcome.error : `rejected by ${outcome.by}`;
    report('rejected-but-written', `${callOf(by)} was ${how}, but wrote ${where}, as ${callOf(seer)} saw`, by, seer);
  }
  if (outcome.is === 'ok' && outcome.state === null)
    report('rejected-but-written', `${callOf(by)} answered null, but wrote ${where}, as ${callOf(seer)} saw`, by, seer);
  if (by.op === 'update' && version <= 1 && !timeline.initial)
    report('unwritten-state', `${callOf(by)} created ${where}: an update never creates an entity`, by, seer);
  const only = by.op === 'create' ? 1 : by.expected === undefined ? undefined : by.expected + 1;
  if (only !== undefined && version !== only)
    report('wrong-version', `${callOf(by)} wrote ${where}, but may only have written version ${only}`, by, seer);
  const isInTime = mayRepeat(by) && !by.isPart && !isAfterEnd(timeline, writers, by, version);
  if (outcome.is === 'ok' && outcome.state && outcome.state.version < version && !isInTime)
    report(
      'applied-twice',
      `${callOf(by)} answered version ${outcome.state.version}, but wrote ${where} too`,
      by,
      seer,
    );
  const before = timeline.states.get(version - 1);
  const email = by.email ?? before?.email;
  if (email !== undefined && email !== state.email)
    report('two-states', `${where} has ${state.email}, not ${email}, as written by ${callOf(by)}`, by, seer);
}

/**
 * True for a version that follows one of a call that began after the writer had ended. Before its end, a late attempt of an update may be applied
 * after the one that was answered, on top of another write.
 */
const isAfterEnd = ({ states }: Timeline, writers: ReadonlyMap<string, Write>, by: Write, version: number): boolean =>
  [...states.values()].some((one) => one.version < version && (writers.get(one.token)?.start ?? 0) > by.end);

const mayRepeat = (by: Write): boolean => by.op === 'update' && by.expected === undefined && !by.isAppend;

/** Only an update that expects no version and appends nothing may write several, and only with another write between each two. */
function checkRepetitions(timeline: Timeline, writers: ReadonlyMap<string, Write>, report: Report): void {
  const versionsBy = new Map<string, number[]>();
  for (const { token, version } of timeline.states.values()) {
    versionsBy.set(token, [...(versionsBy.get(token) ?? []), version]);
  }
  for (const [token, versions] of versionsBy) {
    const by = writers.get(token);
    if (versions.length < 2 || !by) continue;
    versions.sort((a, b) => a - b);
    // a transaction has a token: its retry gets the first answer
    const isTransaction = by.isPart || versions.slice(0, -1).some((version) => changesEmail(timeline, version));
    const isAdjacent = versions.some((version, i) => version === (versions[i - 1] ?? Number.NaN) + 1);
    if (mayRepeat(by) && !isTransaction && !isAdjacent) continue;
    const why = isAdjacent
      ? 'without a write in between'
      : mayRepeat(by)
        ? 'although it is a transaction'
        : 'but may only once';
    const description = `${callOf(by)} wrote versions ${versions.join(' and ')} of ${timeline.id}, ${why}`;
    report('applied-twice', description, by, ...versions.map((version) => timeline.seenBy.get(version)));
  }
}

const changesEmail = ({ states }: Timeline, version: number): boolean => {
  const before = states.get(version - 1)?.email;
  return before !== undefined && before !== states.get(version)?.email;
};
