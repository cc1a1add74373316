import type { Entry, Find, History } from '../history.js';
import type { Lifetime } from './lifetime.js';
import type { Timeline } from './timeline.js';
import { callOf, type Report } from './violation.js';

/** An entity held an email without interruption at least from `acquiredBy` to `heldUntil`. */
interface Holding {
  readonly id: string;
  readonly acquiredBy: number;
  readonly heldUntil: number;
  readonly by: Entry | undefined;
  /** An email of older data, without a claim: it may have a second owner, and is not found by its claim. */
  readonly isUnclaimed: boolean;
}

/** An entity may have held an email at any time from `from` to `until`. */
interface Chance {
  readonly id: string;
  readonly from: number;
  readonly until: number;
}

const never = Number.POSITIVE_INFINITY;

/** An email has one owner at a time; rejections and look-ups agree with its owners. */
export function checkEmails(
  history: History,
  timelines: Iterable<Timeline>,
  lifetimes: ReadonlyMap<string, Lifetime>,
  report: Report,
): void {
  const holdings = byEmail<Holding>();
  const chances = byEmail<Chance>();
  for (const lifetime of lifetimes.values()) {
    if (!lifetime.timeline.hasEmail) continue;
    holdingsOf(lifetime, holdings.add);
    chancesOf(lifetime, chances.add);
  }
  for (const timeline of timelines) if (!lifetimes.has(timeline.id)) chancesOfUnseen(timeline, chances.add);

  for (const [email, all] of holdings.lists) checkOwners(email, all, report);
  for (const entry of history.entries) {
    const { outcome, start, end } = entry;
    if (entry.op === 'find') checkFound(entry, holdings.of(entry.email), report);
    if (outcome.is !== 'rejected' || outcome.by !== 'unique' || !('email' in entry)) continue;
    const { id } = entry as { id?: string };
    const others = chances.of(entry.email ?? '').filter((chance) => chance.id !== id);
    if (outcome.attribute === 'email' && others.some(({ from, until }) => from <= end && until >= start)) continue;
    const description = `${callOf(entry)} was rejected for its ${outcome.attribute} (${entry.email}), which no other entity can have held`;
    report('false-conflict', description, entry);
  }
}

function checkOwners(email: string, all: readonly Holding[], report: Report): void {
  const sorted = all.filter(({ isUnclaimed }) => !isUnclaimed).sort((a, b) => a.acquiredBy - b.acquiredBy);
  for (const [i, one] of sorted.entries()) {
    for (const other of sorted.slice(i + 1)) {
      if (other.acquiredBy >= one.heldUntil) break; // nor do any after it
      if (one.id === other.id || other.heldUntil <= one.acquiredBy) continue;
      const description = `${email} belongs to ${one.id} (${callOf(one.by)}) and to ${other.id} (${callOf(other.by)}) at once`;
      report('two-owners', description, one.by, other.by);
      return; // the others of this email follow from it
    }
  }
}

function checkFound(entry: Find, holdings: readonly Holding[], report: Report): void {
  if (entry.outcome.is !== 'ok') return;
  const { found } = entry.outcome;
  if (found) {
    if (found.email !== entry.email)
      report(
        'not-found',
        `${callOf(entry)} looked for ${entry.email} and found ${found.id} with ${found.email}`,
        entry,
      );
    return;
  }
  const holder = holdings.find((one) => !one.isUnclaimed && one.acquiredBy < entry.start && one.heldUntil > entry.end);
  if (!holder) return;
  const description = `${callOf(entry)} found no owner of ${entry.email}, which ${holder.id} (${callOf(holder.by)}) held all the time`;
  report('not-found', description, entry, holder.by);
}

type Add<T> = (email: string, one: T) => void;

/** Adds the emails that were seen in consecutive versions. */
function holdingsOf(lifetime: Lifetime, add: Add<Holding>): void {
  const { timeline, first, last, written } = lifetime;
  let from = first;
  let hasChanged = timeline.initial?.version !== 0;
  for (let version = first; version <= last; version++) {
    const email = timeline.states.get(version)?.email;
    hasChanged ||= email !== undefined && email !== timeline.initial?.email;
    if (email === undefined || email !== timeline.states.get(version - 1)?.email) from = version;
    if (email === undefined || (version < last && email === timeline.states.get(version + 1)?.email)) continue;
    add(email, {
      id: timeline.id,
      acquiredBy: written.get(from)?.latest ?? never,
      heldUntil: version === last ? leastEnd(lifetime) : (written.get(version + 1)?.earliest ?? 0),
      by: timeline.seenBy.get(from),
      isUnclaimed: !hasChanged,
    });
  }
}

/** Returns the first moment at which the entity can have left the last version seen. */
function leastEnd({ gone, trailing, written, last }: Lifetime): number {
  if (!gone) return never;
  const lastWritten = written.get(last)?.earliest ?? 0;
  return Math.min(gone.earliest, ...trailing.map(({ start }) => Math.max(start, lastWritten)));
}

/** Adds each email that a version may have had, from its earliest writing to the latest writing of the next. */
function chancesOf({ timeline, first, last, written, unseen, trailing, gone }: Lifetime, add: Add<Chance>): void {
  const { id, states } = timeline;
  let emails = new Set<string>();
  for (let version = first; version <= last; version++) {
    const state = states.get(version);
    if (state) emails = new Set(state.email === undefined ? [] : [state.email]);
    else emails = new Set([...emails, ...(unseen.get(version) ?? []).flatMap(({ email }) => email ?? [])]);
    const from = written.get(version)?.earliest ?? 0;
    const until = version === last ? (gone?.latest ?? never) : (written.get(version + 1)?.latest ?? never);
    for (const email of emails) add(email, { id, from, until });
  }
  for (const { email, start } of trailing) if (email) add(email, { id, from: start, until: gone?.latest ?? never });
}

/** No call saw the entity. A create of unknown outcome may have created it all the same, if a call deleted it later. */
function chancesOfUnseen({ id, writes, deletes }: Timeline, add: Add<Chance>): void {
  if (deletes.length === 0) return;
  for (const { email, start, outcome } of writes) {
    if (email !== undefined && outcome.is === 'unknown') add(email, { id, from: start, until: never });
  }
}

function byEmail<T>() {
  const lists = new Map<string, T[]>();
  return {
    lists,
    of: (email: string): readonly T[] => lists.get(email) ?? [],
    add: (email: string, one: T) => {
      const list = lists.get(email);
      if (list) list.push(one);
      else lists.set(email, [one]);
    },
  };
}
