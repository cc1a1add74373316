import {
  checkHistory,
  type PlantedBug,
  type Promised,
  plantedBugs,
  runHistory,
  type Violation,
} from '@aws-starter-kit/dynamo-history';
import { startLocalDynamo } from '@aws-starter-kit/local-dynamo';
import { expect, test } from 'vitest';

/** Promises of which each bug breaks at least one. What else it breaks depends on the interleaving. */
const breaks: Record<PlantedBug, readonly Promised[]> = {
  'claim-deleted-without-owner-check': ['owner-without-claim', 'two-owners'],
  'update-without-version-guard': ['wrong-version', 'two-states'],
  'update-makes-what-is-missing': ['unwritten-state'],
  'retry-counted-twice': ['counted-twice', 'skipped-version'],
  'look-up-then-put': ['two-owners'],
  'unprocessed-reported-as-done': ['alive-after-delete', 'lost-write'],
  'own-write-taken-for-a-foreign-one': ['refused-but-written', 'counted-twice', 'skipped-version', 'unexpected-error'],
  'new-token-for-each-attempt': ['vanished', 'refused-but-written'],
  'read-joins-an-earlier-flight': ['lost-write'],
};

/** Those of which most was seen in released code; `PLANTED=all` takes the others too. */
const usual: readonly PlantedBug[] = [
  'claim-deleted-without-owner-check',
  'update-without-version-guard',
  'look-up-then-put',
  'retry-counted-twice',
  'unprocessed-reported-as-done',
];
const planted = process.env.PLANTED === 'all' ? (Object.keys(plantedBugs) as PlantedBug[]) : usual;

/** Which race the calls of a run meet is up to the machine, and some bugs need a rare one: they get more than one run. */
const runs = 8;

test.each(planted)('finds a planted bug: %s', async (bug) => {
  const broken = new Set<Promised>();
  const isFound = () => breaks[bug].some((promise) => broken.has(promise));
  for (let seed = 1; seed <= runs && !isFound(); seed++) {
    for (const violation of await violationsOf(bug, seed)) broken.add(violation.broken);
    process.stdout.write(`${bug}, seed ${seed}: ${[...broken].join(', ')}\n`);
  }
  expect(isFound(), [...broken].join()).toBe(true);
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
