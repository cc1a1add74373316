import { DescribeTableCommand, type TableDescription } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { claimsCompleteMarkerId } from '@aws-starter-kit/dynamo';
import type { PageCounts } from './check-page.js';
import { createDatabase, type Database } from './database.js';
import type { Examination } from './examination.js';
import { type Count, type Finding, type FindingKind, findingKinds, Tally } from './findings.js';
import { type ExaminedModel, examinedModels } from './models.js';
import { createRateLimit } from './rate-limit.js';
import { resolveAll } from './resolve-all.js';
import { openRunFile, type RunOrigin } from './run-file.js';
import { type Progress, scanTable } from './scan-table.js';

export const defaultRate = 1000;
export const defaultSegments = 4;
const defaultKept = 100;

export interface ExamineOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  /** @default those of `models.ts` */
  readonly models?: readonly ExaminedModel[] | undefined;
  /**
   * Repair findings where that is safe: all, or those of some kinds, which never marks the table. @default false:
   * nothing is written
   */
  readonly fix?: boolean | readonly FindingKind[] | undefined;
  /**
   * After a pass with `fix` that leaves no finding, mark the table: no other system may write to it any more. A run
   * that is to mark the table is never resumed. @default true
   */
  readonly mark?: boolean | undefined;
  /** Capacity units a second, of reads and writes together. @default 1000 */
  readonly rate?: number | undefined;
  /** Parts of the table that are scanned in parallel. @default 4 */
  readonly segments?: number | undefined;
  /** File from which an interrupted run is resumed. @default none */
  readonly stateFile?: string | undefined;
  /** Findings kept of each kind; all are counted. @default 100 */
  readonly rows?: number | undefined;
  /** Show values, such as emails, in findings. @default false */
  readonly showValues?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onStart?: ((start: RunStart) => void) | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Called after each repair, so that they are known of a run that fails. Those of a resumed run are repeated. */
  readonly onRepaired?: (() => void) | undefined;
}

export interface RunStart {
  readonly origin: RunOrigin;
  /**
   * True if the same options resume the run after an interruption: it has a state file, and is not to mark the table.
   */
  readonly isResumable: boolean;
  readonly aboutItems: number;
}

export interface ExaminationReport {
  readonly counts: PageCounts;
  readonly findings: Readonly<Record<FindingKind, Count>>;
  /** The first of each kind. */
  readonly kept: readonly Finding[];
  readonly left: number;
  readonly repaired: number;
  /** `other writer`: not marked, since a system without claims wrote to the table during the run. */
  readonly mark: 'is set' | 'was set now' | 'is not set' | 'other writer';
  readonly units: number;
}

/**
 * Examines a table and, with `fix`, repairs it. Safe beside live traffic of the models: each repair is conditioned on
 * everything that its finding was made from, so a write in between makes it a no-op, and the item is read again.
 *
 * @throws RangeError for options out of range; the signal's reason; errors of the SDK
 */
export async function examineTable(options: ExamineOptions): Promise<ExaminationReport> {
  const { client, tableName, models = examinedModels(), fix = false, mark = true, stateFile, signal } = options;
  const { rate = defaultRate, segments = defaultSegments, rows = defaultKept, showValues = false } = options;
  if (!(rate >= 1 && rate < Infinity)) throw new RangeError(`rate is ${rate}; allowed are units per second from 1`);
  if (!Number.isInteger(segments) || segments < 1 || segments > 1000) {
    throw new RangeError(`segments is ${segments}; allowed are whole numbers from 1 to 1,000`);
  }
  const failed = new AbortController(); // a part that fails stops the others
  const stopped = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
  const limit = createRateLimit(rate, stopped);
  const database = createDatabase(client, tableName, limit, stopped);
  const stop = (reason: unknown) => failed.abort(reason);
  const isFixingAll = fix === true;
  const kinds = typeof fix === 'boolean' ? (fix ? findingKinds : []) : fix;
  const fixes: ReadonlySet<FindingKind> = new Set(kinds);
  const examination: Examination = { database, models, fixes, removesTombstones: isFixingAll, showValues, stop };

  const { Table } = await client.send(
    new DescribeTableCommand({ TableName: tableName }),
    signal && { abortSignal: signal },
  );
  const isMarking = isFixingAll && mark && !(await isMarked(database));
  const header = {
    // other indexes, shards or vectors make other keys: a resumed run would not give them to items that were checked before
    table: `${Table?.TableArn} ${Table?.CreationDateTime?.toISOString()} ${indexNamesOf(Table)}`,
    fix: fixes.size > 0,
    models: [
      ...models.map(({ stores }) => `${stores.prefix}${stores.uniqueAttributes.join(',')}${stores.layout}`),
      ...(isFixingAll ? [] : fixes),
    ].join(' '),
    segments,
    startedAt: new Date().toISOString(),
  };
  const run = openRunFile(stateFile, header, isMarking);
  options.onStart?.({
    origin: run.origin,
    isResumable: stateFile !== undefined && !isMarking,
    aboutItems: Table?.ItemCount ?? 0,
  });
  const tally = new Tally(rows, options.onRepaired);
  const progress = (part: Omit<Progress, 'findings' | 'units'>) =>
    options.onProgress?.({ ...part, findings: tally.left + tally.repaired, units: limit.spent });
  const scanned = await scanTable(examination, run, rate, tally, progress);
  const { hasOtherWriter } = await resolveAll(examination, run, scanned, tally, progress);
  const wasMarked = await isMarked(database);
  const isToMark = isMarking && !wasMarked && tally.left === 0;
  if (isToMark && !hasOtherWriter)
    await client.send(new PutCommand({ TableName: tableName, Item: { id: claimsCompleteMarkerId } }));
  run.remove();
  return {
    counts: scanned.counts,
    findings: tally.counts,
    kept: tally.kept,
    left: tally.left,
    repaired: tally.repaired,
    mark: wasMarked ? 'is set' : !isToMark ? 'is not set' : hasOtherWriter ? 'other writer' : 'was set now',
    units: Math.round(limit.spent),
  };
}

const indexNamesOf = (table: TableDescription | undefined): string =>
  (table?.GlobalSecondaryIndexes ?? [])
    .map(({ IndexName = '' }) => IndexName)
    .sort()
    .join(',');

const isMarked = async (database: Database): Promise<boolean> =>
  (await database.get(claimsCompleteMarkerId)) !== undefined;
