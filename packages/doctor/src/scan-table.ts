import { checkPage, type PageCounts } from './check-page.js';
import type { Examination } from './examination.js';
import type { Finding, Tally } from './findings.js';
import type { PageStep, RunFile } from './run-file.js';
import type { RawItem } from './stored-item.js';
import { runWorkers } from './workers.js';

/** Progress of a run. */
export interface Progress {
  readonly phase: 'reading' | 'resolving claims';
  readonly done: number;
  /** Undefined while reading: DynamoDB counts the items of a table every six hours only. */
  readonly total?: number | undefined;
  readonly findings: number;
  readonly units: number;
}

/** The result of a scan: counts, and everything to be resolved now that all items are known. */
export interface ScannedTable {
  readonly counts: PageCounts;
  /** Ids of the entities that seem to hold a value without a claim, by the id of the claim. */
  readonly unclaimed: ReadonlyMap<string, Set<string>>;
  /** Ids of claims, and of shards of counters, that seem to be wrong. */
  readonly doubtfulClaims: readonly string[];
}

/** A page costs at most a quarter of a second's units, so that the rate is kept. */
const pagesASecond = 4;
const firstPageItems = 25;
const maxPageItems = 500;

/**
 * Reads and checks the whole table, all segments at once. A resumed run continues each segment after its last checked
 * page.
 */
export async function scanTable(
  examination: Examination,
  run: RunFile,
  rate: number,
  tally: Tally,
  onProgress: (progress: Pick<Progress, 'phase' | 'done'>) => void,
): Promise<ScannedTable> {
  const { segments } = run.header;
  const counts: PageCounts = { items: 0, entities: 0, claims: 0, tombstones: 0, removedTombstones: 0, unknown: {} };
  const unclaimed = new Map<string, Set<string>>();
  const doubtfulClaims: string[] = [];
  const positions = new Map<number, RawItem | null>();
  const size = createPageSize(rate / segments / pagesASecond);

  const take = (page: PageStep) => {
    positions.set(page.segment, page.next);
    addCounts(counts, page.counts);
    for (const finding of page.left) tally.add(finding);
    for (const [claimId, ownerId] of page.unclaimed) {
      unclaimed.set(claimId, (unclaimed.get(claimId) ?? new Set()).add(ownerId));
    }
    for (const claimId of page.doubtfulClaims) doubtfulClaims.push(claimId);
    onProgress({ phase: 'reading', done: counts.items });
  };
  for (const step of run.steps) {
    if ('repaired' in step) tally.add(step.repaired);
    if ('page' in step) take(step.page);
  }

  async function scanSegment(segment: number): Promise<void> {
    while (positions.get(segment) !== null) {
      const from = positions.get(segment) ?? undefined;
      const { items, next, units } = await examination.database.scan({ segment, segments, from, ...size.next() });
      size.learn(items.length, units);
      const left: Finding[] = [];
      const checked = await checkPage(examination, items, (finding) => {
        if (finding.outcome === 'left') return left.push(finding);
        tally.add(finding);
        return run.append({ repaired: finding });
      });
      const page = { segment, next: next ?? null, left, ...checked };
      run.append({ page });
      take(page);
    }
  }
  await runWorkers(segments, scanSegment, examination.stop);
  return { counts, unclaimed, doubtfulClaims };
}

function addCounts(counts: PageCounts, more: PageCounts): void {
  counts.items += more.items;
  counts.entities += more.entities;
  counts.claims += more.claims;
  counts.tombstones += more.tombstones;
  counts.removedTombstones += more.removedTombstones;
  for (const [word, count] of Object.entries(more.unknown)) counts.unknown[word] = (counts.unknown[word] ?? 0) + count;
}

/** Returns the limit at which a page costs about `units`, estimated from the pages before it. */
function createPageSize(units: number) {
  let itemsSeen = 0;
  let unitsSeen = 0;
  return {
    learn(items: number, cost: number): void {
      itemsSeen += items;
      unitsSeen += cost;
    },
    next(): { limit: number; estimate: number } {
      if (unitsSeen === 0 || itemsSeen === 0) return { limit: firstPageItems, estimate: 1 };
      const perItem = unitsSeen / itemsSeen;
      const limit = Math.min(maxPageItems, Math.max(1, Math.floor(units / perItem)));
      return { limit, estimate: limit * perItem };
    },
  };
}
