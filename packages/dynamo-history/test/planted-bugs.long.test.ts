import {
  checkHistory,
  type Guarantee,
  type PlantedBug,
  plantedBugs,
  runHistory,
  type Violation,
} from '@aws-starter-kit/dynamo-history';
import { startLocalDynamo } from '@aws-starter-kit/local-dynamo';
import { expect, test } from 'vitest';

/** Guarantees of which each bug violates at least one. Which others it violates depends on the interleaving. */
const violates: Record<PlantedBug, readonly Guarantee[]> = {
  'claim-deleted-without-owner-check': ['owner-without-claim', 'two-owners'],
  'update-without-version-guard': ['wrong-version', 'two-states'],
  'update-creates-a-missing-entity': ['unwritten-state'],
  'append-sent-again-after-a-lost-reply': ['wrong-log', 'applied-twice'],
  'count-sent-again-after-a-lost-reply': ['applied-twice'],
  'retry-applied-twice': ['applied-twice', 'skipped-version'],
  'look-up-then-put': ['two-owners'],
  'unprocessed-reported-as-done': ['alive-after-delete', 'lost-write'],
  'own-write-taken-for-a-foreign-one': ['rejected-but-written', 'applied-twice', 'skipped-version', 'unexpected-error'],
  'new-token-for-each-attempt': ['vanished', 'rejected-but-written'],
  'read-joins-an-earlier-one': ['lost-write'],
  'unfenced-retry': ['applied-twice', 'rejected-but-written', 'alive-after-delete', 'lost-write', 'vanished'],
  'transaction-part-not-checked': ['torn-transaction'],
  'record-of-a-call-overwritten': ['alive-after-delete', 'applied-twice', 'wrong-log', 'skipped-version', 'two-states'],
};

/** Their races are too rare for a sample: eight runs may miss them. */
const rare: readonly PlantedBug[] = ['unfenced-retry', 'read-joins-an-earlier-one'];

/** Two of those that are not rare, others each day; all by `PLANTED=all`, or one by its name. */
const all = Object.keys(plantedBugs) as PlantedBug[];
const sampled = all.filter((bug) => !rare.includes(bug));
const today = Math.floor(Date.now() / 86_400_000) % sampled.length;
const { PLANTED } = process.env;
const planted = PLANTED
  ? all.filter((bug) => PLANTED === 'all' || bug === PLANTED)
  : [...sampled, ...sampled].slice(today, today + 2);

/** The machine decides which races a run meets, and some bugs need a rare one: they get more than one run. */
const runs = PLANTED ? 40 : 8;

test.each(planted)('finds a planted bug: %s', { timeout: PLANTED ? 3_600_000 : 300_000 }, async (bug) => {
  const found = new Set<Guarantee>();
  const isFound = () => violates[bug].some((guarantee) => found.has(guarantee));
  for (let seed = 1; seed <= runs && !isFound(); seed++) {
    for (const violation of await violationsOf(bug, seed)) found.add(violation.guarantee);
    process.stdout.write(`${bug}, seed ${seed}: ${[...found].join(', ')}\n`);
  }
  expect(isFound(), [...found].join()).toBe(true);
});

async function violationsOf(bug: PlantedBug, seed: number): Promise<Violation[]> {
  const { endpoint, stop } = await startLocalDynamo({ engine: 'dynoxide' });
  try {
    const { history } = await runHistory({ endpoint, seed, operations: 2_000, bug });
    return checkHistory(history);
  } finally {
    await stop();
  }
}
