import type { Choose } from './explore.js';
import type { ExploredTable } from './explored-table.js';
import type { Scenario } from './scenarios.js';
import { type Adversity, type Run, ScheduledRun } from './scheduled-run.js';

/** Runs the calls of a scenario in the order that `choose` decides. Undefined: the run would show nothing new. */
export async function runSchedule(
  table: ExploredTable,
  scenario: Scenario,
  adversity: Adversity,
  choose: Choose,
): Promise<Run | undefined> {
  const run = new ScheduledRun(table, scenario, adversity);
  await run.begin();
  for (let moves = run.moves(); moves.length > 0; moves = run.moves()) {
    const chosen = choose({ steps: moves, isRedundant: run.isRedundant, fingerprint: () => run.fingerprint() });
    const move = moves.find(({ label }) => label === chosen?.label);
    if (!chosen || !move) {
      await run.finish();
      return undefined;
    }
    await run.take(move);
    if (move.isIdle) chosen.isIdle = true;
  }
  return run.result();
}
