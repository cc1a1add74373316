import type { History, List, Write } from '../history.js';
import type { Lifetime } from './lifetime.js';
import { isOpen, type Timeline } from './timeline.js';
import { callOf, type Report } from './violation.js';

/** Checks each list of all notes: it has every note that was there throughout, and none of them twice. */
export function checkLists(
  { entries }: History,
  timelines: ReadonlyMap<string, Timeline>,
  lifetimes: ReadonlyMap<string, Lifetime>,
  report: Report,
): void {
  for (const entry of entries) {
    if (entry.op === 'list' && entry.pages && entry.outcome.is === 'ok') checkList(entry, timelines, lifetimes, report);
  }
}

function checkList(
  list: List,
  timelines: ReadonlyMap<string, Timeline>,
  lifetimes: ReadonlyMap<string, Lifetime>,
  report: Report,
): void {
  const ids = list.outcome.is === 'ok' ? list.outcome.found.map(({ id }) => id) : [];
  let at = 0;
  for (const size of list.pages ?? []) {
    for (const id of doubledIn(ids.slice(at, at + size))) {
      report('doubled-in-list', `${callOf(list)} has ${id} twice on one page`, list);
    }
    at += size;
  }
  for (const id of doubledIn(ids)) {
    const rekeyed = rekeyedDuring(timelines.get(id), list);
    if (!rekeyed) report('doubled-in-list', `${callOf(list)} has ${id} twice, whose key did not change`, list);
  }
  const found = new Set(ids);
  for (const [id, lifetime] of lifetimes) {
    if (!id.startsWith('n') || found.has(id) || !wasThere(lifetime, list)) continue;
    if (rekeyedDuring(lifetime.timeline, list)) continue;
    report(
      'missing-in-list',
      `${callOf(list)} lacks ${id}, which was there throughout`,
      list,
      ...lifetime.timeline.writes,
    );
  }
}

const doubledIn = (ids: readonly string[]): Set<string> => new Set(ids.filter((id, i) => ids.indexOf(id) !== i));

/** True for a note that was certainly created before a list was read, and deleted after it or not at all. */
function wasThere({ first, written, gone }: Lifetime, { start, end }: List): boolean {
  const created = written.get(first);
  return created !== undefined && created.latest <= start && (!gone || gone.earliest >= end);
}

/** Returns a write that may have changed the index key of a note while a list was read. */
function rekeyedDuring(timeline: Timeline | undefined, { start, end }: List): Write | undefined {
  return timeline?.writes.find(
    (write) =>
      write.op === 'update' &&
      write.isRekeyed &&
      write.start <= end &&
      (isOpen(write) || (write.outcome.is === 'ok' && write.end >= start)),
  );
}
