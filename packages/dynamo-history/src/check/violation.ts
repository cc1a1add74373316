import type { Entry, History, Seen, State } from '../history.js';

/** The guarantees that a history is checked against. */
export const guarantees = {
  'two-owners': 'an email never has two live owners',
  'two-states': 'a version has one content: no write overwrites it unseen',
  'wrong-version': 'versions increase by one, from the expected one',
  'skipped-version': 'versions increase by one: each was written by a call',
  'applied-twice': 'a call is applied once, or again on top of another write if it expects no version',
  'wrong-log': 'elements that were appended stay, each once, in the order of the versions',
  'unwritten-state': 'every state was written by a call',
  'rejected-but-written': 'a write that was rejected or reported as failed did not happen',
  'lost-write': 'a strongly consistent read sees whatever was acknowledged or seen before',
  vanished: 'an entity is gone only after a delete',
  'alive-after-delete': 'a deleted entity is gone',
  'false-conflict': 'another call explains each conflict',
  'torn-transaction': 'all parts of a transaction take effect at one time, at which its checks hold',
  'not-found': 'the holder of an email is found by it',
  'claim-without-owner': 'no claim outlives its owner',
  'owner-without-claim': 'each written email has its claim',
  'lost-version': 'each version is kept, in the write that makes it',
  'missing-in-list': 'a list of all notes has each note that was there throughout and whose key did not change',
  'doubled-in-list': 'a list of all notes has no note twice on one page, and none twice if its key did not change',
  'stale-key': 'index keys are those of the stored entity',
  'unexpected-error': 'errors are those of the model',
} as const;

export type Guarantee = keyof typeof guarantees;

/** One guarantee that the history violates. */
export interface Violation {
  readonly guarantee: Guarantee;
  /** What happened, in a sentence. */
  readonly description: string;
  /** The calls that show it. */
  readonly entries: readonly Entry[];
}

export type Report = (guarantee: Guarantee, description: string, ...entries: readonly (Entry | undefined)[]) => void;

/** Returns a call in a few words, for messages. */
export function callOf(entry: Entry | undefined): string {
  if (!entry) return 'the table';
  return `${entry.op} ${entry.worker}.${entry.call} [${entry.start}–${entry.end} µs]`;
}

export const contentOf = ({ token, email, log }: State | Seen): string =>
  [token, ...(email === undefined ? [] : ['with', email]), ...(log ? ['after', ...log] : [])].join(' ');

/** Returns all calls that concern the entities of a violation, in the order in which they began. */
export function callsAround({ entries }: Pick<History, 'entries'>, violation: Violation): string[] {
  const ids = new Set(violation.entries.flatMap((entry) => ('id' in entry ? entry.id : [])));
  return entries
    .filter((entry) => idsIn(entry).some((id) => ids.has(id)))
    .sort((one, other) => one.start - other.start)
    .map(({ worker, call, start, end, ...rest }) => `[${start}–${end} µs] ${worker}.${call} ${JSON.stringify(rest)}`);
}

function idsIn(entry: Entry): string[] {
  if ('id' in entry) return [entry.id];
  const { outcome } = entry;
  return outcome.is === 'ok' ? [outcome.found].flat().flatMap((seen) => seen?.id ?? []) : [];
}
