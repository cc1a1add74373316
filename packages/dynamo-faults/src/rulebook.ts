import { type Fault, type FaultRule, matches } from './rules.js';
import { seededRandom } from './seeded-random.js';
import type { Body } from './wire.js';

/** What one request is to suffer. */
export interface Verdict {
  /** One for each rule of latency that applies, in milliseconds. */
  readonly delays: readonly number[];
  readonly fault?: Exclude<Fault, 'latency'>;
  /** For the details of the fault. */
  readonly random: () => number;
}

export interface Rulebook {
  /** The verdict for the n-th request of an operation; n counts from 1. */
  judge(operation: string, n: number, body: () => Body): Verdict;
  has(fault: Fault): boolean;
}

/** Rules with their memory: how many requests each has met. */
export function createRulebook(seed: number, rules: readonly FaultRule[]): Rulebook {
  const met = rules.map(() => 0);
  return {
    has: (fault) => rules.some((rule) => rule.fault === fault),
    judge(operation, n, body) {
      const delays: number[] = [];
      for (const [index, rule] of rules.entries()) {
        if (!matches(rule, operation, body)) continue;
        const { rate = 1, times = Number.POSITIVE_INFINITY, skip = 0 } = rule;
        const before = met[index] ?? 0;
        met[index] = before + 1;
        const random = seededRandom(seed, operation, n, index);
        const isHit = before >= skip && before < skip + times && random() < rate;
        if (!isHit) continue;
        if (rule.fault !== 'latency') return { delays, fault: rule.fault, random };
        const [from, to] = typeof rule.ms === 'number' ? [rule.ms, rule.ms] : rule.ms;
        delays.push(from + random() * (to - from));
      }
      return { delays, random: () => 0 };
    },
  };
}
