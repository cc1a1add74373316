import type { Write } from '../history.js';
import { type Lifetime, lifetimeOf } from './lifetime.js';
import { checkLog } from './log.js';
import { livesOf } from './second-life.js';
import { type Events, type Timeline, timelineOf } from './timeline.js';
import type { Report } from './violation.js';
import { checkWriters } from './writers.js';

/** What the events of one entity come to. */
export interface CheckedEntity {
  readonly timeline: Timeline;
  /** Undefined: no call saw the entity. */
  readonly lifetime: Lifetime | undefined;
  /** It was created a second time, as a create without unique attributes may be. */
  readonly isRecreated: boolean;
}

type Writers = ReadonlyMap<string, Write>;

/** Checks one entity by itself. Where its events fit in no single life, they may fit in two. */
export function checkEntity(events: Events, writers: Writers, report: Report): CheckedEntity {
  const reports: Parameters<Report>[] = [];
  const { timeline, lifetime } = checkLife(events, writers, (...args) => reports.push(args));
  const isRecreated =
    reports.length > 0 && livesOf(events).some((lives) => lives.every((life) => isFlawless(life, writers)));
  if (!isRecreated) for (const args of reports) report(...args);
  return { timeline, lifetime, isRecreated };
}

function isFlawless(life: Events, writers: Writers): boolean {
  let flaws = 0;
  checkLife(life, writers, () => flaws++);
  return flaws === 0;
}

function checkLife(events: Events, writers: Writers, report: Report) {
  const timeline = timelineOf(events, report);
  checkWriters(timeline, writers, report);
  checkLog(timeline, writers, report);
  return { timeline, lifetime: lifetimeOf(timeline, writers, report) };
}
