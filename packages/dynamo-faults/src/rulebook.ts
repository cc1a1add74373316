import { type Fault, type FaultRule, matches } from './rules.js';
import { seededRandom } from './seeded-random.js';
import type { Body } from './wire.js';

/** The faults of one request. */
export interface Verdict {
  /** One for each latency rule that applies, in milliseconds. */
  readonly delays: readonly number[];
  readonly fault?: Exclude<Fault, 'latency'>;
  /** When a late request arrives, in milliseconds. */
  readonly lateByMs?: number;
  /** Decides the details of the fault. */
  readonly random: () => number;
}

export interface Rulebook {
  /** Returns the faults of the n-th request of an operation; n counts from 1. */
  judge(operation: string, n: number, body: () => Body): Verdict;
  has(fault: Fault): boolean;
}

/** Creates a rulebook, which counts the requests that each rule has matched. */
export function createRulebook(seed: number, rules: readonly FaultRule[]): Rulebook {
  const matched = rules.map(() => 0);
  return {
    has: (fault) => rules.some((rule) => rule.fault === fault),
    judge(operation, n, body) {
      const delays: number[] = [];
      for (const [index, rule] of rules.entries()) {
        if (!matches(rule, operation, body)) continue;
        const { rate = 1, times = Number.POSITIVE_INFINITY, skip = 0 } = rule;
        const before = matched[index] ?? 0;
        matched[index] = before + 1;
        const random = seededRandom(seed, operation, n, index);
        const isHit = before >= skip && before < skip + times && random() < rate;
        if (!isHit) continue;
        if (!('ms' in rule)) return { delays, fault: rule.fault, random };
        const [from, to] = typeof rule.ms === 'number' ? [rule.ms, rule.ms] : rule.ms;
        const ms = from + random() * (to - from);
        if (rule.fault === 'late') return { delays, fault: 'late', lateByMs: ms, random };
        delays.push(ms);
      }
      return { delays, random: () => 0 };
    },
  };
}
