import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { TRPCClientError } from '@trpc/client';
import type { Units } from './units.js';
import type { CallName, Workload } from './workload.js';

export interface LoadOptions {
  readonly workload: Pick<Workload, 'next'>;
  /** Calls that start each second, whether or not earlier calls have ended. */
  readonly perSecond: number;
  readonly durationMs: number;
  readonly maxCalls: number;
  /**
   * Stops the run before its calls consume this number of units, by the measured units of each procedure. @default none
   */
  readonly maxUnits?: number | undefined;
  readonly units?: Readonly<Record<string, Units>> | undefined;
  /** Maximum number of calls in flight. Further calls count as not sent. @default 1000 */
  readonly maxInFlight?: number | undefined;
  readonly callTimeoutMs?: number | undefined;
  /** Ends the run. Calls in flight are awaited. */
  readonly signal?: AbortSignal | undefined;
}

/** The outcomes of the calls of one procedure. */
export interface CallStatistics {
  readonly name: CallName | 'all';
  readonly calls: number;
  readonly errors: number;
  /** Milliseconds since the call was due, so that stalls of the server are not hidden. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

export interface LoadReport {
  readonly stoppedBy: 'duration' | 'max-calls' | 'max-units' | 'signal';
  readonly sent: number;
  /** Calls that were due, but not sent because too many others were in flight. */
  readonly notSent: number;
  /** Estimated by the measured units of each procedure. */
  readonly estimatedUnits: number;
  readonly perSecond: number;
  readonly statistics: readonly CallStatistics[];
  /** Number of failed calls by code and reason, such as `CONFLICT EMAIL_TAKEN`. */
  readonly errors: Readonly<Record<string, number>>;
}

const tickMs = 2;

/**
 * Makes calls at a constant arrival rate (an open-loop test). Closed-loop tools such as autocannon wait for responses,
 * so they send less to a slow server and underreport its latency.
 */
export async function runLoad(options: LoadOptions): Promise<LoadReport> {
  const { workload, perSecond, durationMs, maxCalls, maxUnits = Number.POSITIVE_INFINITY, units = {} } = options;
  const { maxInFlight = 1000, callTimeoutMs = 30_000, signal } = options;
  const all = statisticsOf('all');
  const byName = new Map<CallName, Statistics>();
  const errors: Record<string, number> = {};
  const inFlight = new Set<Promise<void>>();
  let sent = 0;
  let notSent = 0;
  let estimatedUnits = 0;

  const send = async (name: CallName, run: (signal: AbortSignal) => Promise<unknown>, dueAt: number) => {
    const of = byName.get(name) ?? statisticsOf(name);
    byName.set(name, of);
    let error: unknown;
    try {
      await run(AbortSignal.timeout(callTimeoutMs));
    } catch (cause) {
      error = cause;
    }
    const micros = Math.max(1, Math.round((performance.now() - dueAt) * 1000));
    for (const statistics of [all, of]) {
      statistics.histogram.record(micros);
      if (error !== undefined) statistics.errors++;
    }
    if (error !== undefined) errors[nameOf(error)] = (errors[nameOf(error)] ?? 0) + 1;
  };

  const beganAt = performance.now();
  let stoppedBy: LoadReport['stoppedBy'] | undefined;
  for (let due = 0; stoppedBy === undefined; ) {
    const passed = performance.now() - beganAt;
    while (stoppedBy === undefined && due <= (Math.min(passed, durationMs) * perSecond) / 1000) {
      const dueAt = beganAt + (due * 1000) / perSecond;
      const { name, run } = workload.next();
      const cost = (units[name]?.read ?? 0) + (units[name]?.write ?? 0);
      if (signal?.aborted) stoppedBy = 'signal';
      else if (sent >= maxCalls) stoppedBy = 'max-calls';
      else if (estimatedUnits + cost > maxUnits) stoppedBy = 'max-units';
      else {
        due++;
        if (inFlight.size >= maxInFlight) notSent++;
        else {
          sent++;
          estimatedUnits += cost;
          const call = send(name, run, dueAt);
          inFlight.add(call);
          void call.then(() => inFlight.delete(call));
        }
      }
    }
    if (passed >= durationMs) stoppedBy ??= 'duration';
    if (stoppedBy === undefined) await sleep(tickMs);
  }
  const seconds = (performance.now() - beganAt) / 1000;
  await Promise.all(inFlight);
  const statistics = [...byName.values()].sort((a, b) => b.histogram.count - a.histogram.count);
  return {
    ...{ stoppedBy, sent, notSent, errors },
    estimatedUnits: Math.round(estimatedUnits * 10) / 10,
    perSecond: Math.round((sent / seconds) * 10) / 10,
    statistics: [...statistics, all].map(summary),
  };
}

interface Statistics {
  readonly name: CallName | 'all';
  readonly histogram: RecordableHistogram;
  errors: number;
}

const statisticsOf = (name: Statistics['name']): Statistics => ({ name, histogram: createHistogram(), errors: 0 });

function summary({ name, histogram, errors }: Statistics): CallStatistics {
  const ms = (micros: number) => Math.round(micros / 100) / 10;
  const at = (percentile: number) => (histogram.count === 0 ? 0 : ms(histogram.percentile(percentile)));
  const max = histogram.count === 0 ? 0 : ms(histogram.max);
  return { name, calls: histogram.count, errors, p50: at(50), p95: at(95), p99: at(99), max };
}

/** Returns code and reason of an error of the API, or what kept the call from an answer. */
function nameOf(error: unknown): string {
  const { data } = error instanceof TRPCClientError ? error : { data: undefined };
  if (data?.code) return [data.code, data.reason].filter(Boolean).join(' ');
  const { name, cause } = Object(Object(error).cause ?? error);
  return `no answer (${Object(cause).code ?? name ?? 'unknown'})`;
}
