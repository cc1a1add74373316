import type { Finding } from './oracle.js';
import type { Run } from './scheduled-run.js';

/** Returns the schedule of a run in words, step by step, with what was found in it and how to run it again. */
export function describeRun({ scenario, skewMs, log, schedule }: Run, findings: readonly Finding[]): string {
  const skew = skewMs === 0 ? '' : ` EXPLORE_SKEW_MS=${skewMs}`;
  return [
    scenario.name,
    ...log,
    ...findings.map(({ breach, what }) => `  VIOLATION: ${breach}. ${what}`),
    `  Again: EXPLORE='${scenario.name}' SCHEDULE='${schedule.join(', ')}'${skew} pnpm test:long test/explorer`,
  ].join('\n');
}
