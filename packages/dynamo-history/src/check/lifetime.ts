import type { Entry, Write } from '../history.js';
import { isOpen, mayDelete, type Timeline } from './timeline.js';
import { callOf, type Report } from './violation.js';

/** Bounds on the time of an event, each with the call that they follow from. */
export interface Span {
  earliest: number;
  latest: number;
  earliestBy: Entry | undefined;
  latestBy: Entry | undefined;
}

/** When each version of an entity was written, and when the entity was deleted, as narrowly as the calls show. */
export interface Lifetime {
  readonly timeline: Timeline;
  readonly first: number;
  readonly last: number;
  /** By version, from `first` to `last`. */
  readonly written: ReadonlyMap<number, Span>;
  /** Calls that may have written a version that no call saw. */
  readonly unseen: ReadonlyMap<number, readonly Write[]>;
  /** Calls of unknown outcome that may have written later versions, before the entity was deleted. */
  readonly trailing: readonly Write[];
  /** Undefined: it exists at the end. */
  readonly gone: Span | undefined;
}

const never = Number.POSITIVE_INFINITY;

/** Computes the spans of an entity, and checks that there is a time for each event. Undefined: no call saw the entity. */
export function lifetimeOf(
  timeline: Timeline,
  writers: ReadonlyMap<string, Write>,
  report: Report,
): Lifetime | undefined {
  const { sightings, initial } = timeline;
  if (sightings.length === 0) return undefined;
  const first = initial?.version ?? 1;
  const last = sightings.reduce((max, { version }) => Math.max(max, version), first);
  const written = new Map<number, Span>();
  for (let version = last; version >= first; version--) {
    const after = written.get(version + 1);
    const span: Span = {
      earliest: 0,
      earliestBy: undefined,
      latest: after?.latest ?? never,
      latestBy: after?.latestBy,
    };
    for (const sighting of sightings) {
      if (sighting.version === version && sighting.end < span.latest) {
        span.latest = sighting.end;
        span.latestBy = sighting.entry;
      }
    }
    const by = writerOf(timeline, version, writers);
    if (by?.outcome.is === 'ok' && by.end < span.latest) {
      span.latest = by.end;
      span.latestBy = by;
    }
    written.set(version, span);
  }
  const unseen = narrowFromBelow(timeline, writers, { first, last, written }, report);
  for (const [version, span] of written) {
    if (span.earliest <= span.latest) continue;
    const description = `${callOf(span.latestBy)} saw version ${version} of ${timeline.id}, and ${callOf(span.earliestBy)} did not`;
    report('lost-write', description, span.latestBy, span.earliestBy);
    break; // later versions follow from it
  }
  const { gone, trailing } = departure(timeline, { first, last, written }, report);
  return { timeline, first, last, written, unseen, trailing, gone };
}

const writerOf = ({ states }: Timeline, version: number, writers: ReadonlyMap<string, Write>) => {
  const state = states.get(version);
  return state && writers.get(state.token);
};

type Versions = Pick<Lifetime, 'first' | 'last' | 'written'>;

/** A version is not written before its call began, nor before a strongly consistent read that saw an older one. */
function narrowFromBelow(
  timeline: Timeline,
  writers: ReadonlyMap<string, Write>,
  { first, last, written }: Versions,
  report: Report,
): Map<number, Write[]> {
  const unseen = new Map<number, Write[]>();
  const lastRead = latestReads(timeline);
  let earliest = 0;
  let earliestBy: Entry | undefined;
  const notBefore = (time: number, entry: Entry | undefined) => {
    if (time <= earliest) return;
    earliest = time;
    earliestBy = entry;
  };
  for (const absence of absencesBeforeCreate(timeline)) notBefore(absence.start, absence);
  for (let version = first; version <= last; version++) {
    const span = written.get(version);
    if (!span) continue;
    const older = lastRead.get(version - 1);
    if (older) notBefore(older.start, older.entry);
    const by = writerOf(timeline, version, writers);
    if (by) notBefore(by.start, by);
    else if (!timeline.states.has(version)) {
      const candidates = timeline.writes.filter((write) => couldHaveWritten(timeline, write, version, earliest, span));
      unseen.set(version, candidates);
      if (isStuck(candidates, unseen.get(version - 1))) {
        const description = `no call wrote version ${version} of ${timeline.id}, but ${callOf(span.latestBy)} saw it or a later one`;
        report('skipped-version', description, span.latestBy);
      }
      const earliestOne = firstOf(candidates);
      if (earliestOne) notBefore(earliestOne.start, earliestOne);
    }
    span.earliest = earliest;
    span.earliestBy = earliestBy;
  }
  return unseen;
}

/** Absences that no delete explains: the entity was created later. */
function absencesBeforeCreate({ initial, absences, deletes }: Timeline): Entry[] {
  if (initial) return [];
  const firstDelete = Math.min(...deletes.filter(mayDelete).map(({ start }) => start));
  return absences.filter(({ op, end }) => op !== 'delete' && end < firstDelete); // a delete that denies is reported below
}

/** The last strongly consistent read of each version. */
function latestReads({ sightings }: Timeline): Map<number, { start: number; entry: Entry | undefined }> {
  const latest = new Map<number, { start: number; entry: Entry | undefined }>();
  for (const { version, start, isLate, entry } of sightings) {
    if (!isLate && start > (latest.get(version)?.start ?? -1)) latest.set(version, { start, entry });
  }
  return latest;
}

/** No candidate, or only the one that wrote the version before. */
const isStuck = (candidates: readonly Write[], before: readonly Write[] | undefined): boolean =>
  candidates.length === 0 || (candidates.length === 1 && before?.length === 1 && candidates[0] === before[0]);

/** A version that no call saw was written by a call of unknown outcome, or by one that was applied twice while it ran, with another in between. */
function couldHaveWritten(
  { states, initial }: Timeline,
  write: Write,
  version: number,
  notBefore: number,
  span: Span,
): boolean {
  const { outcome, token } = write;
  if (write.start > span.latest) return false;
  if (states.get(version - 1)?.token === token || states.get(version + 1)?.token === token) return false;
  if (write.op === 'create') return version === 1 && isOpen(write);
  if (version === 1 && !initial) return false;
  if (write.expected !== undefined) return write.expected === version - 1 && isOpen(write);
  if (isOpen(write)) return true;
  if (write.isAppend) return false;
  return outcome.is === 'ok' && write.end >= notBefore && Math.abs((outcome.state?.version ?? version) - version) > 1;
}

const firstOf = <E extends Entry>(entries: readonly E[]): E | undefined =>
  entries.reduce<E | undefined>((first, one) => (first && first.start <= one.start ? first : one), undefined);

/** When the entity was deleted: by which calls, and between which. */
function departure(timeline: Timeline, { first, last, written }: Versions, report: Report) {
  const { id, hasEmail, deletes, absences, isInTable, sightings } = timeline;
  const suspects = deletes.filter((one) => mayDelete(one) && (one.expected === undefined || one.expected >= last));
  const created = written.get(first)?.latest ?? never;
  const lastWritten = written.get(last);
  const gone: Span = {
    earliest: lastWritten?.earliest ?? 0,
    earliestBy: lastWritten?.earliestBy,
    latest: never,
    latestBy: undefined,
  };
  let isGone = !isInTable;
  for (const absence of absences) {
    if (created >= absence.start && !didDelete(absence, hasEmail)) continue; // perhaps it was not created yet
    isGone = true;
    if (absence.end >= gone.latest) continue;
    gone.latest = absence.end;
    gone.latestBy = absence;
  }
  const trailing = timeline.writes.filter(
    (write) =>
      isOpen(write) &&
      write.op === 'update' &&
      write.token !== timeline.states.get(last)?.token &&
      write.start <= gone.latest &&
      (write.expected === undefined || write.expected >= last),
  );
  if (!isGone) return { gone: undefined, trailing: [] };

  const own = deletes.filter((one) => didDelete(one, hasEmail));
  if (own.length > 1)
    report('alive-after-delete', `${id} was deleted twice: by ${callOf(own[0])} and by ${callOf(own[1])}`, ...own);
  for (const one of own) {
    if (one.expected === undefined || one.expected >= last) continue;
    report(
      'wrong-version',
      `${callOf(one)} expected version ${one.expected} of ${id}, and deleted version ${last}`,
      one,
    );
  }
  const begin = firstOf(own.length > 0 ? own : suspects);
  if (!begin) {
    const met = gone.latestBy ? callOf(gone.latestBy) : 'the table at the end';
    report(
      isInTable ? 'lost-write' : 'vanished',
      `${id} is missing in ${met}, but no call deleted it`,
      gone.latestBy,
      timeline.seenBy.get(last),
    );
    return { gone, trailing };
  }
  const notBefore = (time: number, entry: Entry | undefined) => {
    if (time <= gone.earliest) return;
    gone.earliest = time;
    gone.earliestBy = entry;
  };
  notBefore(begin.start, begin);
  for (const { start, isLate, entry } of sightings) if (!isLate) notBefore(start, entry);
  if (gone.earliest > gone.latest) {
    const contrary = gone.earliestBy === begin ? 'no call had deleted it before' : 'it existed for';
    const description = `${id} was gone for ${callOf(gone.latestBy)}, but ${contrary} ${callOf(gone.earliestBy)}`;
    const guarantee = gone.latestBy?.op === 'delete' ? 'alive-after-delete' : 'lost-write';
    report(guarantee, description, gone.latestBy, gone.earliestBy);
  }
  return { gone, trailing };
}

const didDelete = (entry: Entry, hasEmail: boolean): boolean =>
  hasEmail && entry.op === 'delete' && entry.outcome.is === 'ok' && entry.outcome.existed === true;
