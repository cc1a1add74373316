import type { State, Write } from '../history.js';
import type { Timeline } from './timeline.js';
import { contentOf, type Report, words } from './violation.js';

/** Each version that somebody saw was written by one call, once, as that call was asked and as it answered. */
export function checkWriters(timeline: Timeline, writers: ReadonlyMap<string, Write>, report: Report): void {
  for (const state of timeline.states.values()) {
    if (state.version === timeline.initial?.version) continue;
    const by = writers.get(state.token);
    const seer = timeline.seenBy.get(state.version);
    const where = `version ${state.version} of ${timeline.id}`;
    if (!by || by.id !== timeline.id) {
      report(
        'unwritten-state',
        `${where}, seen by ${words(seer)}, is ${contentOf(state)}: nobody wrote that`,
        seer,
        by,
      );
      continue;
    }
    checkWriter(timeline, state, by, where, report);
  }
  checkRepeats(timeline, writers, report);
}

function checkWriter(timeline: Timeline, state: State, by: Write, where: string, report: Report): void {
  const { version } = state;
  const seer = timeline.seenBy.get(version);
  const { outcome } = by;
  if (outcome.is === 'refused' || outcome.is === 'failed') {
    const how = outcome.is === 'failed' ? outcome.error : `refused by ${outcome.by}`;
    report('refused-but-written', `${words(by)} was ${how}, but wrote ${where}, as ${words(seer)} saw`, by, seer);
  }
  if (by.op === 'update' && version <= 1 && !timeline.initial)
    report('unwritten-state', `${words(by)} made ${where}: an update never makes an entity`, by, seer);
  const only = by.op === 'create' ? 1 : by.expected === undefined ? undefined : by.expected + 1;
  if (only !== undefined && version !== only)
    report('wrong-version', `${words(by)} wrote ${where}, where only version ${only} was its to write`, by, seer);
  if (outcome.is === 'ok' && outcome.state && outcome.state.version < version)
    report('counted-twice', `${words(by)} answered version ${outcome.state.version}, but wrote ${where} too`, by, seer);
  const before = timeline.states.get(version - 1);
  const email = by.email ?? before?.email;
  if (email !== undefined && email !== state.email)
    report('two-states', `${where} is at ${state.email}, not at ${email}, as written by ${words(by)}`, by, seer);
}

/** One call wrote several versions: only an update that expects none may, and only if others wrote in between. */
function checkRepeats(timeline: Timeline, writers: ReadonlyMap<string, Write>, report: Report): void {
  const versionsBy = new Map<string, number[]>();
  for (const { token, version } of timeline.states.values()) {
    versionsBy.set(token, [...(versionsBy.get(token) ?? []), version]);
  }
  for (const [token, versions] of versionsBy) {
    const by = writers.get(token);
    if (versions.length < 2 || !by) continue;
    versions.sort((a, b) => a - b);
    const mayRepeat = by.op === 'update' && by.expected === undefined;
    // a transaction carries a token: its repeat gives the first answer
    const wasTransaction = versions.slice(0, -1).some((version) => movesAddress(timeline, version));
    const isAdjacent = versions.some((version, i) => version === (versions[i - 1] ?? Number.NaN) + 1);
    if (mayRepeat && !wasTransaction && !isAdjacent) continue;
    const why = isAdjacent
      ? 'and nobody wrote in between'
      : mayRepeat
        ? 'though it moved the address'
        : 'though it may only once';
    const what = `${words(by)} wrote versions ${versions.join(' and ')} of ${timeline.id}, ${why}`;
    report('counted-twice', what, by, ...versions.map((version) => timeline.seenBy.get(version)));
  }
}

const movesAddress = ({ states }: Timeline, version: number): boolean => {
  const before = states.get(version - 1)?.email;
  return before !== undefined && before !== states.get(version)?.email;
};
