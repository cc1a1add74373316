import type { Entry, History, Seen, State } from '../history.js';

/** The promises, each with what it means when one of them is broken. */
export const promises = {
  'two-owners': 'never two live owners of an address',
  'two-states': 'a version has one content: nobody writes over it unseen',
  'wrong-version': 'versions go up one at a time, from the one expected',
  'skipped-version': 'versions go up one at a time: each was written by somebody',
  'counted-twice': 'one call counts once, twice only with another write in between and no version expected',
  'unwritten-state': 'nothing is there that nobody wrote',
  'refused-but-written': 'a write that was refused, or said to have failed, did not happen',
  'lost-write': 'what was acknowledged or seen is seen by later strong reads',
  vanished: 'nothing goes away unless somebody deletes it',
  'alive-after-delete': 'what was deleted is gone',
  'false-conflict': 'a conflict is explained by what others did',
  'not-found': 'who holds an address the whole time is found by it',
  'claim-without-owner': 'no claim outlives its owner',
  'owner-without-claim': 'each address written has its claim',
  'stale-key': 'index keys are those of what is stored',
  'unexpected-error': 'errors are those of the model',
} as const;

export type Promised = keyof typeof promises;

/** One promise that the history breaks. */
export interface Violation {
  readonly broken: Promised;
  /** What happened, in a sentence. */
  readonly what: string;
  /** The calls that show it. */
  readonly entries: readonly Entry[];
}

export type Report = (broken: Promised, what: string, ...entries: readonly (Entry | undefined)[]) => void;

/** A call in a few words, for messages. */
export function words(entry: Entry | undefined): string {
  if (!entry) return 'the table';
  return `${entry.op} ${entry.worker}.${entry.call} [${entry.start}–${entry.end} µs]`;
}

export const contentOf = ({ token, email }: State | Seen): string =>
  email === undefined ? token : `${token} at ${email}`;

/** All calls that tell of the entities that a violation is about, in the order in which they began: what to read to understand it. */
export function storyOf({ entries }: Pick<History, 'entries'>, violation: Violation): string[] {
  const ids = new Set(violation.entries.flatMap((entry) => ('id' in entry ? entry.id : [])));
  return entries
    .filter((entry) => namedIn(entry).some((id) => ids.has(id)))
    .sort((one, other) => one.start - other.start)
    .map(({ worker, call, start, end, ...told }) => `[${start}–${end} µs] ${worker}.${call} ${JSON.stringify(told)}`);
}

function namedIn(entry: Entry): string[] {
  if ('id' in entry) return [entry.id];
  const { outcome } = entry;
  return outcome.is === 'ok' ? [outcome.found].flat().flatMap((seen) => seen?.id ?? []) : [];
}
