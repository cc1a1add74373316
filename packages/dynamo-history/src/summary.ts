import { recreatedNotes } from './check/check-history.js';
import type { History } from './history.js';
import type { Run } from './run-history.js';

/** How the calls of a run ended, how many were applied twice, and which faults were injected. */
export interface Summary {
  readonly operations: number;
  readonly seconds: number;
  readonly requests: number;
  /** Faults other than delays, and all faults by kind. */
  readonly faults: number;
  readonly injected: Readonly<Record<string, number>>;
  readonly outcomes: Readonly<Record<'ok' | 'rejected' | 'failed' | 'unknown' | 'unexpected', number>>;
  /** Updates without an expected version that were seen to be applied again, on top of another's. */
  readonly appliedAgain: number;
  /** Entities without unique attributes that were created again, by a create that was still running when another call deleted them. */
  readonly recreated: number;
}

export function summarise({ history, operations, seconds, requests, injected }: Run): Summary {
  const outcomes = { ok: 0, rejected: 0, failed: 0, unknown: 0, unexpected: 0 };
  for (const { outcome } of history.entries) outcomes[outcome.is]++;
  const { latency = 0, ...faults } = injected;
  return {
    operations,
    seconds,
    requests,
    faults: Object.values(faults).reduce((sum, count) => sum + count, 0),
    injected: { latency, ...faults },
    outcomes,
    appliedAgain: appliedAgain(history),
    recreated: recreatedNotes(history).length,
  };
}

function appliedAgain({ entries }: History): number {
  const versions = new Map<string, Set<number>>(); // by token
  for (const { op, outcome } of entries) {
    if (op === 'check' || outcome.is !== 'ok' || !('state' in outcome) || !outcome.state) continue;
    const { token, version } = outcome.state;
    versions.set(token, (versions.get(token) ?? new Set()).add(version));
  }
  return [...versions.values()].filter(({ size }) => size > 1).length;
}
