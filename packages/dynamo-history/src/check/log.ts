import type { State, Write } from '../history.js';
import type { Timeline } from './timeline.js';
import { callOf, contentOf, type Report } from './violation.js';

/** Each version has the log of the one before, and one element more if and only if its call appended it. */
export function checkLog(timeline: Timeline, writers: ReadonlyMap<string, Write>, report: Report): void {
  const states = [...timeline.states.values()].sort((one, other) => one.version - other.version);
  states.forEach((state, i) => {
    const problem = problemOf(state, states[i - 1], writers);
    if (!problem) return;
    const { id, seenBy } = timeline;
    const seer = seenBy.get(state.version);
    const description = `version ${state.version} of ${id}, seen by ${callOf(seer)}, is ${contentOf(state)}: ${problem}`;
    report('wrong-log', description, seer, writers.get(state.token));
  });
}

/** @param before the last version before it that was seen */
function problemOf(state: State, before: State | undefined, writers: ReadonlyMap<string, Write>): string | undefined {
  const { log = [], token, version } = state;
  const earlier = before?.log ?? [];
  const added = log.slice(earlier.length);
  if (new Set(log).size < log.length) return 'an element is there twice';
  if (earlier.some((one, at) => log[at] !== one)) return `version ${before?.version} was ${contentOf(before as State)}`;
  if (added.length > version - (before?.version ?? 0)) return 'it has more elements than versions';
  if (isAppend(writers.get(token)) !== (log.at(-1) === token)) return 'its call did not do as it was asked to';
  const uninvited = added.find((one) => !mayHaveAppended(writers.get(one)));
  return uninvited && `no call appended ${uninvited}`;
}

const isAppend = (write: Write | undefined): boolean => write?.op === 'update' && write.isAppend === true;

const mayHaveAppended = (write: Write | undefined): boolean =>
  isAppend(write) && write?.outcome.is !== 'rejected' && write?.outcome.is !== 'failed';
