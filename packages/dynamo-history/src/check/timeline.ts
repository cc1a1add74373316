import {
  type Delete,
  type Entry,
  type History,
  type Item,
  kindOf,
  type Seen,
  type State,
  type Write,
} from '../history.js';
import { perhapsMadeAgain } from './made-again.js';
import { contentOf, type Report, words } from './violation.js';

/** Between `start` and `end` the version was current; by a query (`isLate`): it was current then or before. */
export interface Sighting {
  readonly version: number;
  readonly start: number;
  readonly end: number;
  readonly isLate: boolean;
  /** Undefined: the table before or after everything. */
  readonly entry: Entry | undefined;
}

/** All that the history says of one entity. */
export interface Timeline {
  readonly id: string;
  readonly hasAddress: boolean;
  readonly initial: Seen | undefined;
  readonly writes: Write[];
  readonly deletes: Delete[];
  /** What each version held, as far as anybody saw it. */
  readonly states: Map<number, State>;
  /** The call that saw a version first. */
  readonly seenBy: Map<number, Entry | undefined>;
  readonly sightings: Sighting[];
  /** Calls during which the entity was not there, for a moment at least. */
  readonly absences: Entry[];
  isInTable: boolean;
}

/** After the last call: when the table was read. */
export const endOf = (history: History): number =>
  history.entries.reduce((end, entry) => Math.max(end, entry.end), 0) + 1;

/** Sorts the history by entity, without those that may have been made twice. Two contents of one version show here. */
export function timelines(history: History, report: Report): Map<string, Timeline> {
  const all = new Map<string, Timeline>();
  const unjudged = perhapsMadeAgain(history);
  const of = (id: string): Timeline => {
    const known = all.get(id);
    if (known) return known;
    const initial = history.initial.find((seen) => seen.id === id);
    const fresh = { id, hasAddress: kindOf(id) === 'user', initial, isInTable: false };
    const timeline: Timeline = {
      ...fresh,
      writes: [],
      deletes: [],
      states: new Map(),
      seenBy: new Map(),
      sightings: [],
      absences: [],
    };
    all.set(id, timeline);
    return timeline;
  };

  const see = (id: string, state: State, when: Omit<Sighting, 'version'>) => {
    if (unjudged.has(id)) return;
    const timeline = of(id);
    const { version } = state;
    timeline.sightings.push({ version, ...when });
    const known = timeline.states.get(version);
    if (!known) {
      timeline.states.set(version, state);
      timeline.seenBy.set(version, when.entry);
    } else if (contentOf(known) !== contentOf(state)) {
      const other = timeline.seenBy.get(version);
      const what = `version ${version} of ${id} is ${contentOf(known)} to ${words(other)}, ${contentOf(state)} to ${words(when.entry)}`;
      report('two-states', what, other, when.entry);
    }
  };

  for (const seen of history.initial) see(seen.id, seen, { start: 0, end: 0, isLate: false, entry: undefined });
  for (const entry of history.entries) {
    const { start, end, op, outcome } = entry;
    const when = { start, end, entry, isLate: op === 'list' };
    if (outcome.is === 'broke') report('unexpected-error', `${words(entry)}: ${outcome.error}`, entry);
    if ('id' in entry && unjudged.has(entry.id)) continue;
    if (op === 'create' || op === 'update') of(entry.id).writes.push(entry);
    if (op === 'delete') of(entry.id).deletes.push(entry);
    if (outcome.is === 'refused' && outcome.by === 'version' && 'id' in entry)
      of(entry.id).sightings.push({ ...when, version: outcome.actual });
    if (outcome.is !== 'ok') continue;
    if (op === 'list') for (const seen of outcome.found) see(seen.id, seen, when);
    else if (op === 'find') {
      if (outcome.found) see(outcome.found.id, outcome.found, when);
    } else if ('state' in outcome && outcome.state) see(entry.id, outcome.state, when);
    else of(entry.id).absences.push(entry); // also a delete that is done: the entity was gone by its end
  }

  const end = endOf(history);
  for (const item of history.table) {
    const seen = entityIn(item);
    if (!seen || unjudged.has(seen.id)) continue;
    of(seen.id).isInTable = true;
    see(seen.id, seen, { start: end, end, isLate: false, entry: undefined });
  }
  return all;
}

/** The entity that an item of the table is, or undefined. */
export function entityIn({ id, version, name, email }: Item): Seen | undefined {
  const [, bare] = /^(?:USER|NOTE)#(.*)$/s.exec(String(id)) ?? [];
  if (bare === undefined) return undefined;
  const token = typeof name === 'string' ? name : 'nothing';
  return {
    id: bare,
    version: typeof version === 'number' ? version : 0,
    token,
    ...(typeof email === 'string' && { email }),
  };
}
