import type { Check, Create, Delete, Entry, History, Update } from '../history.js';
import type { Lifetime } from './lifetime.js';
import { isOpen } from './timeline.js';
import { callOf, type Report } from './violation.js';

type Part = Create | Update | Delete | Check;

/** When a part can have taken effect, or its check can have held. */
interface Window {
  readonly part: Part;
  readonly from: number;
  readonly until: number;
}

const never = Number.POSITIVE_INFINITY;

/** The parts of a transaction take effect at one time, at which its checks hold. */
export function checkTransactions(
  { entries }: History,
  lifetimes: ReadonlyMap<string, Lifetime>,
  report: Report,
): void {
  const transactions = new Map<string, Part[]>();
  for (const entry of entries) {
    if (!isPart(entry)) continue;
    const key = `${entry.worker}.${entry.call}`;
    transactions.set(key, [...(transactions.get(key) ?? []), entry]);
  }
  for (const parts of transactions.values()) {
    const windows = parts.flatMap((part) => windowOf(part, lifetimes.get(part.id)) ?? []);
    for (const [i, one] of windows.entries()) {
      for (const other of windows.slice(i + 1)) {
        if (one.from <= other.until && other.from <= one.until) continue;
        const description = `${callOf(one.part)} can only have held from ${one.from} to ${one.until} µs for ${one.part.id}, and from ${other.from} to ${other.until} µs for ${other.part.id}`;
        report('torn-transaction', description, one.part, other.part);
      }
    }
  }
}

const isPart = (entry: Entry): entry is Part => entry.isPart === true;

function windowOf(part: Part, lifetime: Lifetime | undefined): Window | undefined {
  const seen = lifetime && (part.op === 'check' ? windowOfCheck(part, lifetime) : windowOfWrite(part, lifetime));
  if (!seen) return undefined;
  const end = part.outcome.is === 'ok' ? part.end : never;
  return { part, from: Math.max(seen.from, part.start), until: Math.min(seen.until, end) };
}

/** The version that was checked is current until the next one is written, or the entity is deleted. */
function windowOfCheck(check: Check, { written, gone, last }: Lifetime) {
  const { outcome, expected } = check;
  const version = outcome.is === 'ok' ? outcome.state?.version : isOpen(check) ? expected : undefined;
  if (version === undefined) return undefined;
  const next = version === last ? gone : written.get(version + 1);
  return { from: written.get(version)?.earliest ?? 0, until: next?.latest ?? never };
}

/** A delete leaves no evidence of its own. */
function windowOfWrite(part: Exclude<Part, Check>, { timeline, written }: Lifetime) {
  const state =
    part.op === 'delete' ? undefined : [...timeline.states.values()].find(({ token }) => token === part.token);
  const span = state && written.get(state.version);
  return span && { from: span.earliest, until: span.latest };
}
