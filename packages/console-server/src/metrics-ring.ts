import type { ConsoleMetrics, ConsoleMinute } from './description.js';

const minuteMs = 60_000;
const keptMinutes = 60;

/** Codes of calls that failed on the side of the API. */
const failures: ReadonlySet<string> = new Set(['INTERNAL_SERVER_ERROR', 'SERVICE_UNAVAILABLE', 'TIMEOUT']);

/** The end of a call, as the API's metrics get it. */
interface EndedCall {
  readonly procedure: string;
  readonly code: string;
  readonly isThrottled?: boolean | undefined;
  readonly durationMs: number;
  readonly capacityUnits: number;
}

/** The metrics of the last hour of this process, for the console. */
export interface MetricsRing {
  callEnded(call: EndedCall): void;
  requestShed(): void;
  watchCalls(): void;
  read(): ConsoleMetrics;
}

interface Slot {
  shed: number;
  readonly procedures: Map<string, Counts>;
}

type Counts = { -readonly [K in keyof ConsoleMinute['procedures'][string]]: number };

/**
 * Returns metrics that are kept in memory, in slots of a minute. A slot has a row for each procedure that was called, so
 * that they take some 100 KB at most for 20 procedures.
 * @param now for tests: the time in milliseconds
 */
export function metricsRing(now: () => number = Date.now): MetricsRing {
  const slots = new Map<number, Slot>();
  const startedAt = now();
  const minuteAt = (ms: number) => Math.floor(ms / minuteMs);
  const slot = (): Slot => {
    const minute = minuteAt(now());
    const known = slots.get(minute);
    if (known) return known;
    for (const old of slots.keys()) if (old <= minute - keptMinutes) slots.delete(old);
    const added: Slot = { shed: 0, procedures: new Map() };
    slots.set(minute, added);
    return added;
  };
  return {
    callEnded({ procedure, code, isThrottled = false, durationMs, capacityUnits }) {
      const { procedures } = slot();
      const counts = procedures.get(procedure) ?? { calls: 0, errors: 0, throttled: 0, units: 0, durationMs: 0 };
      procedures.set(procedure, counts);
      counts.calls += 1;
      if (isThrottled || failures.has(code)) counts.errors += 1;
      if (isThrottled) counts.throttled += 1;
      counts.units += capacityUnits;
      counts.durationMs += durationMs;
    },
    requestShed() {
      slot().shed += 1;
    },
    watchCalls() {},
    read() {
      const last = minuteAt(now());
      const first = Math.max(minuteAt(startedAt), last - keptMinutes + 1);
      const minutes = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => {
        const { shed = 0, procedures = new Map<string, Counts>() } = slots.get(first + index) ?? {};
        return {
          at: new Date((first + index) * minuteMs).toISOString(),
          shed,
          procedures: Object.fromEntries([...procedures].map(([name, counts]) => [name, { ...counts }])),
        };
      });
      return { startedAt: new Date(startedAt).toISOString(), minutes };
    },
  };
}
