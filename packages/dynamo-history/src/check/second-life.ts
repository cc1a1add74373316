import { type Create, type Delete, type Entry, kindOf } from '../history.js';
import { type Events, isOpen, mayDelete } from './timeline.js';

/** Calls around the second create that may belong to either life: each doubles the number of ways to divide the events. */
const maxUndecided = 8;

/**
 * Returns the ways to divide the events of a note into two lives. The create of an entity without unique attributes is a single request without a
 * token. If its reply is lost, and another call finds and deletes the entity while the create is still running, its retry creates it again
 * (docs/integrity.md).
 */
export function livesOf(events: Events): (readonly [Events, Events])[] {
  const create = events.entries.find((entry): entry is Create => entry.op === 'create');
  if (!create || create.isPart || kindOf(events.id) !== 'note') return [];
  const until = isOpen(create) ? Number.POSITIVE_INFINITY : create.end;
  const deletes = events.entries.filter((entry): entry is Delete => entry.op === 'delete' && mayDelete(entry));
  const firstDelete = Math.min(...deletes.map(({ start }) => start));
  const times = new Set(events.entries.flatMap(({ start, end }) => [start, end]).map((time) => time + 0.5));
  return [...times].filter((time) => time > firstDelete && time < until).flatMap((time) => dividedAt(time, events));
}

/** The second create takes effect at a time between all starts and ends of calls. */
function dividedAt(time: number, events: Events): (readonly [Events, Events])[] {
  const undecided = events.entries.filter(
    (entry) => entry.start < time && entry.end > time && tellsState(entry) && entry.op !== 'create',
  );
  if (undecided.length > maxUndecided) return [];
  return Array.from({ length: 2 ** undecided.length }, (_, choice) => {
    const isInFirst = (entry: Entry) => {
      const i = undecided.indexOf(entry);
      return i < 0 ? entry.end < time : ((choice >> i) & 1) === 0;
    };
    const first = events.entries.flatMap((entry) => (entry.start < time ? inFirst(entry, time, isInFirst(entry)) : []));
    const second = events.entries.flatMap((entry) =>
      entry.end > time || isOpen(entry) ? inSecond(entry, time, !isInFirst(entry)) : [],
    );
    return [
      { ...events, entries: [...first, absenceAt(time, events.id)], final: undefined },
      { ...events, initial: undefined, entries: second },
    ] as const;
  });
}

const tellsState = (entry: Entry): boolean =>
  entry.op !== 'delete' && entry.op !== 'list' && (entry.outcome.is === 'ok' || entry.outcome.is === 'rejected');

/** An index shows either life at any time. A create and a delete may have been applied in both, and an update on top of another. */
function inFirst(entry: Entry, time: number, isItsLife: boolean): Entry | [] {
  if (entry.op === 'list') return [];
  if (entry.op === 'create') return { ...entry, end: time, outcome: unknown };
  if (entry.op === 'delete') return entry.end < time ? entry : { ...entry, outcome: unknown };
  return isItsLife ? entry : asAttempt(entry);
}

function inSecond(entry: Entry, time: number, isItsLife: boolean): Entry | [] {
  if (entry.op === 'list') return [];
  if (entry.op === 'create') return { ...entry, start: time };
  if (entry.op === 'delete') return entry.start > time ? entry : { ...entry, outcome: unknown };
  return isItsLife || isOpen(entry) ? entry : asAttempt(entry);
}

/** In the life to which its answer does not belong, an update that was acknowledged may have taken effect all the same. */
function asAttempt(entry: Entry): Entry | [] {
  if (entry.outcome.is === 'failed') return entry;
  return entry.op === 'update' && entry.outcome.is === 'ok' ? { ...entry, outcome: unknown } : [];
}

const unknown = { is: 'unknown' } as const;

const absenceAt = (time: number, id: string): Entry => ({
  ...{ worker: 0, call: 0, start: time, end: time, id },
  op: 'get',
  outcome: { is: 'ok', state: null },
});
