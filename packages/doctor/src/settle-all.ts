import type { Examination } from './examination.js';
import type { Finding, Tally } from './findings.js';
import type { RunFile, SettledStep } from './run-file.js';
import type { Progress, ScannedTable } from './scan-table.js';
import { settleHolders, settleOrphan } from './settle-claims.js';
import { runWorkers } from './workers.js';

/** Settles all claims that looked missing or without owner, several at once; those that an interrupted run settled are done. */
export async function settleAll(
  examination: Examination,
  run: RunFile,
  { unclaimed, orphans }: ScannedTable,
  tally: Tally,
  onProgress: (progress: Pick<Progress, 'phase' | 'done' | 'total'>) => void,
): Promise<{ hasOtherWriter: boolean }> {
  let hasOtherWriter = false;
  const settled = new Set<string>();
  const take = (step: SettledStep) => {
    settled.add(step.settled);
    hasOtherWriter ||= step.hasOtherWriter;
    for (const finding of step.findings) tally.add(finding);
  };
  for (const step of run.steps) if ('settled' in step) take(step);

  async function settleEach<E>(
    list: readonly E[],
    settle: (one: E) => Promise<SettledStep>,
    nameOf: (one: E) => string,
  ) {
    const due = list.filter((one) => !settled.has(nameOf(one)));
    let next = 0;
    const worker = async () => {
      while (next < due.length) {
        const step = await settle(due[next++] as E);
        run.append(step);
        take(step);
        onProgress({ phase: 'settling claims', done: settled.size, total: orphans.length + unclaimed.size });
      }
    };
    await runWorkers(run.header.segments, worker, examination.stop);
  }

  const orphan = (claimId: string) => `orphan ${claimId}` as const;
  await settleEach(
    orphans,
    async (claimId) => {
      const finding = await settleOrphan(examination, claimId);
      return { settled: orphan(claimId), findings: finding ? [finding] : [], hasOtherWriter: false };
    },
    orphan,
  );
  /** Of values that entities changed to: those that are due join the others that seemed to hold the value. */
  const isDue = ([claimId, entityId]: readonly [string, string]) =>
    !settled.has(`claim ${claimId}`) && unclaimed.get(claimId)?.add(entityId) !== undefined;
  await settleEach(
    [...unclaimed],
    async ([claimId, holders]) => ({
      settled: `claim ${claimId}`,
      ...(await follow(examination, claimId, holders, run.header.startedAt, isDue)),
    }),
    ([claimId]) => `claim ${claimId}`,
  );
  return { hasOtherWriter };
}

/** Settles one value, and those that its holders changed to since they were read. */
async function follow(
  examination: Examination,
  claimId: string,
  holders: Iterable<string>,
  startedAt: string,
  isDue: (held: readonly [string, string]) => boolean,
) {
  const findings: Finding[] = [];
  let hasOtherWriter = false;
  const queue: [string, Iterable<string>][] = [[claimId, holders]];
  const seen = new Set([claimId]);
  for (const [nextId, candidates] of queue) {
    const { finding, isWrittenSince, elsewhere } = await settleHolders(examination, nextId, candidates);
    if (finding) findings.push(finding);
    hasOtherWriter ||= isWrittenSince(startedAt);
    for (const held of elsewhere) {
      const [otherId, entityId] = held;
      if (!seen.has(otherId) && !isDue(held)) queue.push([otherId, [entityId]]);
      seen.add(otherId);
    }
  }
  return { findings, hasOtherWriter };
}
