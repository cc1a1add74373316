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

/** By how much the bugs that show in late deliveries alone get more of them. */
const lateness: Partial<Record<PlantedBug, number>> = { 'unfenced-retry': 5 };

/** One of them, another one each day; all by `PLANTED=all`, or one by its name. */
const all = Object.keys(plantedBugs) as PlantedBug[];
const today = Math.floor(Date.now() / 86_400_000) % all.length;
const { PLANTED } = process.env;
const planted = PLANTED ? all.filter((bug) => PLANTED === 'all' || bug === PLANTED) : all.slice(today, today + 1);

/** The machine decides which races a run meets, and some bugs need a rare one: they get more than one run. */
const runs = 8;

test.each(planted)('finds a planted bug: %s', async (bug) => {
  const found = new Set<Guarantee>();
  const isFound = () => violates[bug].some((guarantee) => found.has(guarantee));
  for (let seed = 1; seed <= runs && !isFound(); seed++) {
    for (const violation of await violationsOf(bug, seed, lateness[bug])) found.add(violation.guarantee);
    process.stdout.write(`${bug}, seed ${seed}: ${[...found].join(', ')}\n`);
  }
  expect(isFound(), [...found].join()).toBe(true);
});

test('finds nothing without a bug, under as many late deliveries', async () => {
  for (const seed of [1, 2]) expect(await violationsOf(undefined, seed, 5)).toEqual([]);
});

async function violationsOf(bug: PlantedBug | undefined, seed: number, late = 1): Promise<Violation[]> {
  const { endpoint, stop } = await startLocalDynamo({ engine: 'dynoxide' });
  try {
    const { history } = await runHistory({ endpoint, seed, operations: 2_000, lateness: late, bug });
    return checkHistory(history);
  } finally {
    await stop();
  }
}
