import { perhapsMadeAgain } from './check/made-again.js';
import type { History } from './history.js';
import type { Run } from './run-history.js';

/** How calls of a run ended, how often one counted twice, and what was injected. */
export interface Summary {
  readonly operations: number;
  readonly seconds: number;
  readonly requests: number;
  /** Faults without delays, and by kind. */
  readonly faults: number;
  readonly injected: Readonly<Record<string, number>>;
  readonly outcomes: Readonly<Record<'ok' | 'refused' | 'failed' | 'unknown' | 'broke', number>>;
  /** Updates without an expected version that were seen to count twice, on top of another's. */
  readonly countedTwice: number;
  /** Entities without unique attributes that may have been made twice, and are not judged. */
  readonly unjudged: number;
}

export function summarise({ history, operations, seconds, requests, injected }: Run): Summary {
  const outcomes = { ok: 0, refused: 0, failed: 0, unknown: 0, broke: 0 };
  for (const { outcome } of history.entries) outcomes[outcome.is]++;
  const { latency = 0, ...faults } = injected;
  return {
    operations,
    seconds,
    requests,
    faults: Object.values(faults).reduce((sum, count) => sum + count, 0),
    injected: { latency, ...faults },
    outcomes,
    countedTwice: countedTwice(history),
    unjudged: perhapsMadeAgain(history).size,
  };
}

function countedTwice({ entries }: History): number {
  const versions = new Map<string, Set<number>>(); // by token
  for (const { outcome } of entries) {
    if (outcome.is !== 'ok' || !('state' in outcome) || !outcome.state) continue;
    const { token, version } = outcome.state;
    versions.set(token, (versions.get(token) ?? new Set()).add(version));
  }
  return [...versions.values()].filter(({ size }) => size > 1).length;
}
