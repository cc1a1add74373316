import type { Entry, History, Write } from '../history.js';
import { checkAddresses } from './addresses.js';
import { type Lifetime, lifetimeOf } from './lifetime.js';
import { checkTable } from './table.js';
import { timelines } from './timeline.js';
import type { Report, Violation } from './violation.js';
import { words } from './violation.js';
import { checkWriters } from './writers.js';

/**
 * Checks a history against the promises of DynamoModel. Pure; an empty list means that there is an order of all writes that explains
 * every answer, as far as the rules here go.
 *
 * It never cries wolf: a call of unknown outcome may have happened at any time from its start on, or never; calls that overlap may have
 * happened in any order; only what no such order explains is reported. What it may miss is therefore hidden behind unknown outcomes.
 */
export function checkHistory(history: History): Violation[] {
  const violations: Violation[] = [];
  const report: Report = (broken, what, ...entries) => {
    violations.push({ broken, what, entries: entries.filter((entry): entry is Entry => entry !== undefined) });
  };
  const writers = new Map<string, Write>();
  for (const entry of history.entries) {
    if (entry.op === 'create' || entry.op === 'update') writers.set(entry.token, entry);
    checkConflict(entry, report);
  }
  const all = timelines(history, report);
  const lifetimes = new Map<string, Lifetime>();
  for (const timeline of all.values()) {
    checkWriters(timeline, writers, report);
    const lifetime = lifetimeOf(timeline, writers, report);
    if (lifetime) lifetimes.set(timeline.id, lifetime);
  }
  checkAddresses(history, all.values(), lifetimes, report);
  checkTable(history, all, report);
  return violations;
}

/** A conflict by version names another version than the one expected. That somebody wrote that one is checked as for a read. */
function checkConflict(entry: Entry, report: Report): void {
  const { outcome } = entry;
  if (outcome.is !== 'refused' || outcome.by !== 'version') return;
  const expected = 'expected' in entry ? entry.expected : undefined;
  if (expected !== undefined && expected !== outcome.actual) return;
  report('false-conflict', `${words(entry)} expected version ${expected} and was refused for ${outcome.actual}`, entry);
}
