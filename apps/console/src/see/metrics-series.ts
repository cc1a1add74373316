import type { ConsoleMetrics, ConsoleMinute } from '../api/description.js';

/** Sums over the calls of a minute, or of a procedure. */
export interface CallTotals {
  readonly calls: number;
  readonly errors: number;
  readonly throttled: number;
  readonly units: number;
  readonly durationMs: number;
}

export interface MinuteTotals extends CallTotals {
  readonly at: Date;
  readonly shed: number;
}

export interface ProcedureTotals extends CallTotals {
  readonly procedure: string;
}

const minuteMs = 60_000;
const nothing: CallTotals = { calls: 0, errors: 0, throttled: 0, units: 0, durationMs: 0 };

/**
 * Returns one slot for each minute up to now, the oldest first: minutes without calls are zero. Minutes before the
 * start of the process are undefined, since nobody counted then.
 */
export function minuteSeries(
  { startedAt, minutes }: ConsoleMetrics,
  now: Date,
  length = 60,
): readonly (MinuteTotals | undefined)[] {
  const byMinute = new Map(minutes.map((minute) => [minuteOf(minute.at), minute]));
  // the clock of the API may be ahead of the browser's
  const last = Math.max(minuteOf(now), ...byMinute.keys());
  const first = minuteOf(startedAt);
  return Array.from({ length }, (_, index) => {
    const at = last - (length - 1 - index) * minuteMs;
    const minute = byMinute.get(at);
    if (minute) return { at: new Date(at), shed: minute.shed, ...totalOf(Object.values(minute.procedures)) };
    return at < first ? undefined : { at: new Date(at), shed: 0, ...nothing };
  });
}

/** Returns the sums of each procedure, those with the most units first. */
export function procedureTotals(minutes: readonly ConsoleMinute[]): ProcedureTotals[] {
  const parts = new Map<string, CallTotals[]>();
  for (const { procedures } of minutes)
    for (const [procedure, totals] of Object.entries(procedures))
      parts.set(procedure, [...(parts.get(procedure) ?? []), totals]);
  return [...parts]
    .map(([procedure, totals]) => ({ procedure, ...totalOf(totals) }))
    .sort((one, other) => other.units - one.units || other.calls - one.calls);
}

/** Returns the mean duration of a call; undefined without calls. */
export const meanMs = ({ calls, durationMs }: CallTotals): number | undefined =>
  calls === 0 ? undefined : durationMs / calls;

export const totalOf = (parts: readonly CallTotals[]): CallTotals =>
  parts.reduce(
    (sum, one) => ({
      calls: sum.calls + one.calls,
      errors: sum.errors + one.errors,
      throttled: sum.throttled + one.throttled,
      units: sum.units + one.units,
      durationMs: sum.durationMs + one.durationMs,
    }),
    nothing,
  );

const minuteOf = (time: Date | string) => Math.floor(new Date(time).valueOf() / minuteMs) * minuteMs;
