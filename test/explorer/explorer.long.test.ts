import { seededRandom } from '@aws-starter-kit/dynamo-faults';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Exploration, startExploration } from './exploration.js';
import { explore, replay, sample } from './explore.js';
import { openTable } from './explored-table.js';
import { runSchedule } from './run-schedule.js';
import { type Scenario, scenarios } from './scenarios.js';
import type { Adversity } from './scheduled-run.js';

/**
 * Runs every order of the requests of two calls, with up to two attempts that arrive late or twice:
 *
 * - by default a sample: `EXPLORE_SEED` and `EXPLORE_RUNS`
 * - `EXPLORE=all`: all runs of all scenarios, or of those whose names contain the text; `SCHEDULE`: a single run of one
 * - `EXPLORE_FAULTS=1`: fewer faults, `EXPLORE_SKEW_MS=-5000`: the clock of A is five seconds behind
 */
const {
  EXPLORE,
  SCHEDULE,
  EXPLORE_SEED,
  EXPLORE_RUNS = '250',
  EXPLORE_FAULTS = '2',
  EXPLORE_SKEW_MS = '0',
} = process.env;

const adversity: Adversity = { faults: Number(EXPLORE_FAULTS), skewMs: Number(EXPLORE_SKEW_MS) };
const seed = Number(EXPLORE_SEED || Date.now() % 1_000_000);
const samples = Number(EXPLORE_RUNS);
/** Tokens of transactions make dynoxide slower and slower. */
const runsOfAnEngine = 5_000;
const shown = 10;

beforeEach(() => {
  vi.stubEnv('LOG_LEVEL', 'ERROR');
  vi.useFakeTimers({ toFake: ['Date'] }); // each step takes a millisecond, so that marks of time are in the order of the steps
  vi.spyOn(Math, 'random').mockReturnValue(0); // a back-off without a pause
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const exactly = scenarios.filter(({ name }) => name === EXPLORE);
const matching = scenarios.filter(({ name }) => EXPLORE === 'all' || name.includes(EXPLORE ?? ''));
const chosen = exactly.length > 0 ? exactly : matching;

test.runIf(EXPLORE)(`every schedule of ${chosen.length} scenarios keeps the contract`, { timeout: 0 }, async () => {
  const exploration = startExploration();
  let table = await openTable();
  try {
    let runs = 0;
    for (const scenario of chosen) {
      const began = performance.now();
      const before = runs;
      const run = under(scenario);
      for await (const one of SCHEDULE ? once(replay(run, SCHEDULE.split(', '))) : explore(run)) {
        exploration.add(one);
        if (++runs % runsOfAnEngine !== 0) continue;
        await table.stop();
        table = await openTable();
      }
      const seconds = (performance.now() - began) / 1000;
      print(
        `${scenario.name}: ${runs - before} runs in ${seconds.toFixed(1)} s; ${exploration.violations} violations so far`,
      );
    }
  } finally {
    await table.stop();
  }
  conclude(exploration);

  function under(scenario: Scenario) {
    return (choose: Parameters<typeof runSchedule>[3]) => runSchedule(table, scenario, adversity, choose);
  }
});

test.skipIf(EXPLORE)(`${samples} schedules, sampled by seed ${seed}, keep the contract`, async () => {
  const exploration = startExploration();
  const table = await openTable();
  const random = seededRandom(seed, 'scenario');
  try {
    for (let i = 0; i < samples; i++) {
      const scenario = scenarios[Math.floor(random() * scenarios.length)];
      if (!scenario) continue;
      const skewMs = [0, 5_000, -5_000][Math.floor(random() * 3)] ?? 0;
      const run = await sample((choose) => runSchedule(table, scenario, { ...adversity, skewMs }, choose), seed, i);
      if (run) exploration.add(run);
    }
  } finally {
    await table.stop();
  }
  print(`seed ${seed}, of ${scenarios.length} scenarios`);
  conclude(exploration);
});

async function* once<R>(run: Promise<R | undefined>): AsyncGenerator<R> {
  const result = await run;
  if (result !== undefined) yield result;
}

function conclude(exploration: Exploration): void {
  for (const text of exploration.describe().slice(0, shown)) print(`\n${text}`);
  print(exploration.summary());
  expect(exploration.violations).toBe(0);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
