import { callsAround, checkHistory, type MovePlan, movePlans, runMove } from '@aws-starter-kit/dynamo-history';
import { startLocalDynamo } from '@aws-starter-kit/local-dynamo';
import { expect, test } from 'vitest';

const [documented, ...wrong] = Object.keys(movePlans) as MovePlan[];

async function moveBy(plan: MovePlan | undefined, seed: number) {
  const { endpoint, stop } = await startLocalDynamo({ engine: 'dynoxide' });
  try {
    const { history, injected } = await runMove({ endpoint, seed, plan });
    return { history, injected, violations: checkHistory(history) };
  } finally {
    await stop();
  }
}

/** Even seeds spread by the id, odd ones by the sort key. */
test.each([2, 3])(
  'an index moves to four shards and back under faults, and every answer can be explained: seed %i',
  async (seed) => {
    const { history, injected, violations } = await moveBy(documented, seed);
    for (const one of violations.slice(0, 3))
      process.stdout.write(`${one.description}\n${callsAround(history, one).join('\n')}\n`);
    expect(violations).toEqual([]);
    const lists = history.entries.filter(({ op, outcome }) => op === 'list' && outcome.is === 'ok');
    expect(lists.length).toBeGreaterThan(50);
    for (const fault of ['late', 'lost-reply', 'throttle']) expect(injected[fault], fault).toBeGreaterThan(0);
  },
);

test.each(wrong)('the checker finds a wrong plan: %s', async (plan) => {
  const found = new Set<string>();
  for (let seed = 2; seed <= 6 && !found.has('missing-in-list'); seed++) {
    for (const { guarantee } of (await moveBy(plan, seed)).violations) found.add(guarantee);
  }
  expect([...found]).toContain('missing-in-list');
});
