import { callsAround, checkHistory, runHistory, summarise } from '@aws-starter-kit/dynamo-history';
import { startLocalDynamo } from '@aws-starter-kit/local-dynamo';
import { expect, test } from 'vitest';

/** SOAK_SEED runs the seed again that a failure has printed. */
const seed = Number(process.env.SOAK_SEED || Date.now() % 1_000_000);

test.each([
  ['dynoxide', 20_000],
  ['dynamodb-local', 2_000],
] as const)('keeps every guarantee on %s over %i calls of 64 workers under all faults', async (engine, operations) => {
  const { endpoint, stop } = await startLocalDynamo({ engine });
  try {
    const run = await runHistory({ endpoint, seed, operations });
    const summary = summarise(run);
    process.stdout.write(`${engine}: seed ${seed}, ${JSON.stringify(summary)}\n`);
    const violations = checkHistory(run.history);
    for (const one of violations.slice(0, 3))
      process.stdout.write(`${one.description}\n${callsAround(run.history, one).join('\n')}\n`);
    expect(violations, `seed ${seed}`).toEqual([]);
    for (const [fault, count] of Object.entries(summary.injected)) {
      if (operations > 10_000) expect(count, fault).toBeGreaterThan(0);
    }
    expect(summary.outcomes.unknown).toBeGreaterThan(0);
    expect(summary.outcomes.unexpected).toBe(0);
  } finally {
    await stop();
  }
});
