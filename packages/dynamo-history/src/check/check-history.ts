import type { Entry, History, Write } from '../history.js';
import { checkCounts } from './counts.js';
import { checkEmails } from './emails.js';
import { checkEntity } from './entity.js';
import { checkKeptVersions } from './kept-versions.js';
import type { Lifetime } from './lifetime.js';
import { checkLists } from './lists.js';
import { checkTable } from './table.js';
import { eventsById, type Timeline } from './timeline.js';
import { checkTransactions } from './transactions.js';
import { callOf, type Report, type Violation } from './violation.js';

/**
 * Checks a history against the guarantees of DynamoModel. Pure. An empty list means that an order of all writes explains every answer, as far as
 * these rules go.
 *
 * There are no false alarms: a call of unknown outcome may have happened at any time from its start on, or never; calls that overlap may have
 * happened in any order. Only what no such order explains is reported, so a violation may hide behind unknown outcomes.
 */
export function checkHistory(history: History): Violation[] {
  return checked(history).violations;
}

/** Returns the notes that were created a second time after a delete, by a create that was still running. */
export function recreatedNotes(history: History): readonly string[] {
  return checked(history).recreated;
}

function checked(history: History) {
  const violations: Violation[] = [];
  const recreated: string[] = [];
  const report: Report = (guarantee, description, ...entries) => {
    violations.push({
      guarantee,
      description,
      entries: entries.filter((entry): entry is Entry => entry !== undefined),
    });
  };
  const writers = new Map<string, Write>();
  for (const entry of history.entries) {
    const { outcome } = entry;
    if (entry.op === 'create' || entry.op === 'update') writers.set(entry.token, entry);
    if (outcome.is === 'unexpected') report('unexpected-error', `${callOf(entry)}: ${outcome.error}`, entry);
    checkConflict(entry, report);
  }
  const timelines = new Map<string, Timeline>();
  const lifetimes = new Map<string, Lifetime>();
  for (const events of eventsById(history).values()) {
    const { timeline, lifetime, isRecreated } = checkEntity(events, writers, report);
    timelines.set(timeline.id, timeline);
    if (isRecreated) recreated.push(timeline.id);
    else if (lifetime) lifetimes.set(timeline.id, lifetime);
  }
  checkCounts(history, report);
  checkLists(history, timelines, lifetimes, report);
  checkTransactions(history, lifetimes, report);
  checkEmails(history, timelines.values(), lifetimes, report);
  checkTable(history, timelines, report);
  checkKeptVersions(history, timelines, writers, report);
  return { violations, recreated };
}

/** A conflict by version names another version than the expected one. That a call wrote that version is checked as for a read. */
function checkConflict(entry: Entry, report: Report): void {
  const { outcome } = entry;
  if (outcome.is !== 'rejected' || outcome.by !== 'version') return;
  const expected = 'expected' in entry ? entry.expected : undefined;
  if (expected !== undefined && expected !== outcome.actual) return;
  report(
    'false-conflict',
    `${callOf(entry)} expected version ${expected} and was rejected for ${outcome.actual}`,
    entry,
  );
}
