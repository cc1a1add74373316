import type { Examination } from './examination.js';
import type { Finding, Tally } from './findings.js';
import { resolveClaim } from './resolve-claim.js';
import { counterPlace, resolveCounter } from './resolve-counter.js';
import { resolveValue, type Unclaimed } from './resolve-value.js';
import type { ResolvedStep, RunFile } from './run-file.js';
import type { Progress, ScannedTable } from './scan-table.js';
import { runWorkers } from './workers.js';

/**
 * Resolves all doubtful claims, shards of counters and unclaimed values, several at a time, except those that an
 * interrupted run has resolved.
 */
export async function resolveAll(
  examination: Examination,
  run: RunFile,
  { unclaimed, doubtfulClaims }: ScannedTable,
  tally: Tally,
  onProgress: (progress: Pick<Progress, 'phase' | 'done' | 'total'>) => void,
): Promise<{ hasOtherWriter: boolean }> {
  let hasOtherWriter = false;
  const resolved = new Set<string>();
  const take = (step: ResolvedStep) => {
    resolved.add(step.resolved);
    hasOtherWriter ||= step.hasOtherWriter;
    for (const finding of step.findings) tally.add(finding);
  };
  for (const step of run.steps) if ('resolved' in step) take(step);

  async function resolveEach<E>(
    list: readonly E[],
    resolve: (one: E) => Promise<ResolvedStep>,
    nameOf: (one: E) => string,
  ) {
    const due = list.filter((one) => !resolved.has(nameOf(one)));
    let next = 0;
    const worker = async () => {
      while (next < due.length) {
        const step = await resolve(due[next++] as E);
        run.append(step);
        take(step);
        onProgress({ phase: 'resolving claims', done: resolved.size, total: doubtfulClaims.length + unclaimed.size });
      }
    };
    await runWorkers(run.header.segments, worker, examination.stop);
  }

  const claimStep = (claimId: string) => `claim ${claimId}` as const;
  await resolveEach(
    doubtfulClaims,
    async (claimId) => {
      const place = counterPlace(examination.models, claimId);
      const finding = await (place ? resolveCounter(examination, claimId, place) : resolveClaim(examination, claimId));
      return { resolved: claimStep(claimId), findings: finding ? [finding] : [], hasOtherWriter: false };
    },
    claimStep,
  );
  const valueStep = (claimId: string) => `value ${claimId}` as const;
  const notStarted = new Map([...unclaimed].filter(([claimId]) => !resolved.has(valueStep(claimId))));
  const isQueued = ([claimId, entityId]: Unclaimed) => notStarted.get(claimId)?.add(entityId) !== undefined;
  await resolveEach(
    [...unclaimed],
    async ([claimId, candidates]) => {
      notStarted.delete(claimId);
      const result = await resolveChain(examination, claimId, candidates, run.header.startedAt, isQueued);
      return { resolved: valueStep(claimId), ...result };
    },
    ([claimId]) => valueStep(claimId),
  );
  return { hasOtherWriter };
}

/**
 * Resolves one value, and those that its candidates changed to since they were scanned.
 * @param isQueued adds an entity to the candidates of a value that is still to be resolved; false where it is not
 */
async function resolveChain(
  examination: Examination,
  claimId: string,
  candidates: Iterable<string>,
  startedAt: string,
  isQueued: (held: Unclaimed) => boolean,
) {
  const findings: Finding[] = [];
  let hasOtherWriter = false;
  const queue: [string, Iterable<string>][] = [[claimId, candidates]];
  const seen = new Set([claimId]);
  for (const [nextId, ids] of queue) {
    const value = await resolveValue(examination, nextId, ids, startedAt);
    if (value.finding) findings.push(value.finding);
    hasOtherWriter ||= value.hasOtherWriter;
    for (const held of value.elsewhere) {
      const [otherId, entityId] = held;
      if (!seen.has(otherId) && !isQueued(held)) queue.push([otherId, [entityId]]);
      seen.add(otherId);
    }
  }
  return { findings, hasOtherWriter };
}
