import { checkPage, type PageCounts } from './check-page.js';
import type { Examination } from './examination.js';
import type { Finding, Tally } from './findings.js';
import type { PageStep, RunFile } from './run-file.js';
import type { RawItem } from './stored-item.js';
import { runWorkers } from './workers.js';

/** How far a run is. */
export interface Progress {
  readonly phase: 'reading' | 'settling claims';
  readonly done: number;
  /** Undefined while reading: the table knows about how many items it has. */
  readonly total?: number | undefined;
  readonly findings: number;
  readonly units: number;
}

/** What was read, and what of it is to be looked at again now that all of it is known. */
export interface ScannedTable {
  readonly counts: PageCounts;
  /** Values that seem to be held without a claim, by the id of the claim: who holds them. */
  readonly unclaimed: ReadonlyMap<string, Set<string>>;
  /** Claims that seem to have no owner. */
  readonly orphans: readonly string[];
}

/** Pages are small enough for the rate: a quarter of a second's worth each. */
const pagesASecond = 4;
const firstPageItems = 25;
const maxPageItems = 500;

/** Reads the whole table, all segments at once, each from where an interrupted run stopped. */
export async function scanTable(
  examination: Examination,
  run: RunFile,
  rate: number,
  tally: Tally,
  onProgress: (progress: Pick<Progress, 'phase' | 'done'>) => void,
): Promise<ScannedTable> {
  const { segments } = run.header;
  const counts: PageCounts = { items: 0, entities: 0, claims: 0, unknown: {} };
  const unclaimed = new Map<string, Set<string>>();
  const orphans: string[] = [];
  const positions = new Map<number, RawItem | null>();
  const size = createPageSize(rate / segments / pagesASecond);

  const take = (page: PageStep) => {
    positions.set(page.segment, page.next);
    addCounts(counts, page.counts);
    for (const finding of page.left) tally.add(finding);
    for (const [claimId, ownerId] of page.unclaimed) {
      unclaimed.set(claimId, (unclaimed.get(claimId) ?? new Set()).add(ownerId));
    }
    orphans.push(...page.orphans);
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
  return { counts, unclaimed, orphans };
}

function addCounts(counts: PageCounts, more: PageCounts): void {
  counts.items += more.items;
  counts.entities += more.entities;
  counts.claims += more.claims;
  for (const [word, count] of Object.entries(more.unknown)) counts.unknown[word] = (counts.unknown[word] ?? 0) + count;
}

/** How many items to ask for so that a page costs about `units`, learnt from the pages before. */
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
