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
import { callOf, contentOf, type Report } from './violation.js';

/** Between `start` and `end` the version was current; according to a query (`isLate`), then or before. */
export interface Sighting {
  readonly version: number;
  readonly start: number;
  readonly end: number;
  readonly isLate: boolean;
  /** Undefined: the table before or after all calls. */
  readonly entry: Entry | undefined;
}

/** Everything in the history that concerns one entity. */
export interface Events {
  readonly id: string;
  /** The entity before the first call. */
  readonly initial: Seen | undefined;
  readonly entries: readonly Entry[];
  /** The entity in the table at the end. */
  readonly final: Seen | undefined;
  /** After the last call: when the table was read. */
  readonly end: number;
}

/** What the events of one entity show. */
export interface Timeline {
  readonly id: string;
  readonly hasEmail: boolean;
  readonly initial: Seen | undefined;
  readonly isInTable: boolean;
  readonly writes: Write[];
  readonly deletes: Delete[];
  /** The content of each version that was seen. */
  readonly states: Map<number, State>;
  /** The call that saw a version first. */
  readonly seenBy: Map<number, Entry | undefined>;
  readonly sightings: Sighting[];
  /** Calls during which the entity did not exist, for a moment at least. */
  readonly absences: Entry[];
}

/** Sorts the history by entity. */
export function eventsById(history: History): Map<string, Events> {
  const end = history.entries.reduce((latest, entry) => Math.max(latest, entry.end), 0) + 1;
  const initial = new Map(history.initial.map((seen) => [seen.id, seen]));
  const final = new Map(history.table.flatMap((item) => entityIn(item) ?? []).map((seen) => [seen.id, seen]));
  const entries = new Map<string, Entry[]>([...initial.keys(), ...final.keys()].map((id) => [id, []]));
  for (const entry of history.entries) {
    for (const id of idsOf(entry)) {
      const list = entries.get(id);
      if (list) list.push(entry);
      else entries.set(id, [entry]);
    }
  }
  return new Map(
    [...entries].map(([id, own]) => [id, { id, initial: initial.get(id), entries: own, final: final.get(id), end }]),
  );
}

function idsOf(entry: Entry): Iterable<string> {
  if ('id' in entry) return [entry.id];
  const { outcome } = entry;
  if (outcome.is !== 'ok') return [];
  return new Set([outcome.found].flat().flatMap((seen) => seen?.id ?? []));
}

/** Returns what the events of an entity show. Two contents of one version are reported. */
export function timelineOf({ id, initial, entries, final, end }: Events, report: Report): Timeline {
  const timeline: Timeline = {
    id,
    hasEmail: kindOf(id) === 'user',
    initial,
    isInTable: final !== undefined,
    writes: [],
    deletes: [],
    states: new Map(),
    seenBy: new Map(),
    sightings: [],
    absences: [],
  };

  const see = (state: State, when: Omit<Sighting, 'version'>) => {
    const { version } = state;
    timeline.sightings.push({ version, ...when });
    const known = timeline.states.get(version);
    if (!known) {
      timeline.states.set(version, state);
      timeline.seenBy.set(version, when.entry);
    } else if (contentOf(known) !== contentOf(state)) {
      const other = timeline.seenBy.get(version);
      const description = `version ${version} of ${id} is ${contentOf(known)} according to ${callOf(other)}, and ${contentOf(state)} according to ${callOf(when.entry)}`;
      report('two-states', description, other, when.entry);
    }
  };

  if (initial) see(initial, { start: 0, end: 0, isLate: false, entry: undefined });
  for (const entry of entries) {
    const { op, outcome, start, end: until } = entry;
    const when = { start, end: until, entry, isLate: op === 'list' };
    if (op === 'create' || op === 'update') timeline.writes.push(entry);
    if (op === 'delete') timeline.deletes.push(entry);
    if (outcome.is === 'rejected' && outcome.by === 'version')
      timeline.sightings.push({ ...when, version: outcome.actual });
    if (outcome.is !== 'ok' || op === 'count') continue;
    if ('found' in outcome) {
      for (const seen of [outcome.found].flat()) if (seen?.id === id) see(seen, when);
    } else if ('state' in outcome && outcome.state) see(outcome.state, when);
    else timeline.absences.push(entry); // also a delete that succeeded: the entity was gone at its end
  }
  if (final) see(final, { start: end, end, isLate: false, entry: undefined });
  return timeline;
}

/** Returns the entity that an item of the table is, or undefined. A tombstone is none. */
export function entityIn(item: Item): Seen | undefined {
  const { id, version, name, email, log } = item;
  const [, unprefixed] = /^(?:USER|NOTE)#(.*)$/s.exec(String(id)) ?? [];
  if (unprefixed === undefined || isTombstone(item)) return undefined;
  return {
    id: unprefixed,
    version: typeof version === 'number' ? version : 0,
    token: typeof name === 'string' ? name : 'nothing',
    ...(typeof email === 'string' && { email }),
    ...(Array.isArray(log) && { log }),
  };
}

/** True for the item that a delete leaves to keep abandoned attempts from taking effect. */
export const isTombstone = (item: Item): boolean => '_tombstone' in item;

/** True for a call of which it is unknown whether it happened. */
export const isOpen = ({ outcome }: Entry): boolean => outcome.is === 'unknown' || outcome.is === 'unexpected';

/** True for a delete that may have ended an entity. */
export const mayDelete = (call: Delete): boolean =>
  isOpen(call) || (call.outcome.is === 'ok' && call.outcome.existed !== false);
