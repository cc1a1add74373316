import { describeRun } from './describe-run.js';
import { type Breach, type Finding, judge } from './oracle.js';
import type { Run } from './scheduled-run.js';

/** What the runs of an exploration showed. */
export interface Exploration {
  add(run: Run): void;
  /** How many runs break the contract. */
  readonly violations: number;
  /** Counts of runs, answers and exceptions within the contract, by kind. */
  summary(): string;
  /** For each scenario and kind of breach the shortest run that shows it, in words. */
  describe(): string[];
}

export function startExploration(): Exploration {
  const shortest = new Map<string, { run: Run; findings: readonly Finding[] }>();
  const answers: Record<string, number> = {};
  const exceptions: Record<string, number> = {};
  const breaches: Partial<Record<Breach, number>> = {};
  let runs = 0;
  let violations = 0;
  return {
    get violations() {
      return violations;
    },
    add(run) {
      const { findings, exceptions: allowed } = judge(run);
      runs++;
      if (findings.length > 0) violations++;
      for (const { answer } of run.calls) count(answers, (answer as { error?: string } | null)?.error ?? 'answered');
      for (const one of allowed) count(exceptions, one);
      for (const breach of new Set(findings.map((finding) => finding.breach))) {
        count(breaches, breach);
        const key = `${run.scenario.name} ${breach}`;
        const known = shortest.get(key);
        if (!known || known.run.schedule.length > run.schedule.length) shortest.set(key, { run, findings });
      }
    },
    summary: () => `${runs} runs; ${JSON.stringify({ answers, exceptions, violations: breaches })}`,
    describe: () => [...new Set([...shortest.values()].map(({ run, findings }) => describeRun(run, findings)))],
  };
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}
