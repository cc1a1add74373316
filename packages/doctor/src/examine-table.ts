import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { markId } from '@aws-starter-kit/dynamo';
import type { PageCounts } from './check-page.js';
import { createDatabase } from './database.js';
import type { Examination } from './examination.js';
import { type Count, type Finding, type FindingKind, Tally } from './findings.js';
import { type ExaminedModel, examinedModels } from './models.js';
import { createRateLimit } from './rate-limit.js';
import { openRunFile, type RunFile } from './run-file.js';
import { type Progress, scanTable } from './scan-table.js';
import { settleAll } from './settle-all.js';

export const defaultRate = 1000;
export const defaultSegments = 4;
const defaultKept = 100;

export interface ExamineOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  /** @default those of `models.ts` */
  readonly models?: readonly ExaminedModel[] | undefined;
  /** Repair what can be repaired safely. @default false: nothing is written */
  readonly fix?: boolean | undefined;
  /** After a pass with `fix` that leaves no finding, mark the table: no other system may write to it any more. @default true */
  readonly mark?: boolean | undefined;
  /** Capacity units a second, of reads and writes together. @default 1000 */
  readonly rate?: number | undefined;
  /** Parts of the table that are read at the same time. @default 4 */
  readonly segments?: number | undefined;
  /** Where an interrupted run can go on from. @default nowhere */
  readonly stateFile?: string | undefined;
  /** Findings kept of each kind; all are counted. @default 100 */
  readonly rows?: number | undefined;
  /** Name values, such as e-mail addresses, in findings. @default false */
  readonly showValues?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onStart?: ((start: { origin: RunFile['origin']; aboutItems: number }) => void) | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

export interface ExaminationReport {
  readonly counts: PageCounts;
  readonly findings: Readonly<Record<FindingKind, Count>>;
  /** The first of each kind. */
  readonly kept: readonly Finding[];
  readonly left: number;
  readonly repaired: number;
  /** `other writer`: not marked, since something without claims wrote to the table during the run. */
  readonly mark: 'is set' | 'was set now' | 'is not set' | 'other writer';
  readonly units: number;
}

/**
 * Examines a table and, with `fix`, repairs it: safe beside live traffic of the models, since every repair is a conditional write.
 *
 * @throws RangeError for options out of range; the signal's reason; what the SDK throws
 */
export async function examineTable(options: ExamineOptions): Promise<ExaminationReport> {
  const { client, tableName, models = examinedModels(), fix = false, mark = true, stateFile, signal } = options;
  const { rate = defaultRate, segments = defaultSegments, rows = defaultKept, showValues = false } = options;
  if (!(rate >= 1 && rate < Infinity)) throw new RangeError(`The rate is ${rate}; it takes units a second, from 1 up`);
  if (!Number.isInteger(segments) || segments < 1 || segments > 1000) {
    throw new RangeError(`There are ${segments} segments; it takes a whole number from 1 to 1,000`);
  }
  const failed = new AbortController(); // one part that fails stops the others
  const stopped = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
  const limit = createRateLimit(rate, stopped);
  const database = createDatabase(client, tableName, limit, stopped);
  const stop = (reason: unknown) => failed.abort(reason);
  const examination: Examination = { database, models, fix, showValues, stop };

  const { Table } = await client.send(
    new DescribeTableCommand({ TableName: tableName }),
    signal && { abortSignal: signal },
  );
  const run = openRunFile(stateFile, {
    table: `${Table?.TableArn} ${Table?.CreationDateTime?.toISOString()}`,
    fix,
    mark: fix && mark,
    models: models.map(({ stores }) => `${stores.prefix}${stores.uniqueAttributes.join(',')}`).join(' '),
    segments,
    startedAt: new Date().toISOString(),
  });
  options.onStart?.({ origin: run.origin, aboutItems: Table?.ItemCount ?? 0 });
  const tally = new Tally(rows);
  const progress = (part: Omit<Progress, 'findings' | 'units'>) =>
    options.onProgress?.({ ...part, findings: tally.left + tally.repaired, units: limit.spent });
  const scanned = await scanTable(examination, run, rate, tally, progress);
  const { hasOtherWriter } = await settleAll(examination, run, scanned, tally, progress);
  const isMarked = (await database.get(markId)) !== undefined;
  const isToMark = fix && mark && !isMarked && tally.left === 0;
  if (isToMark && !hasOtherWriter) await client.send(new PutCommand({ TableName: tableName, Item: { id: markId } }));
  run.remove();
  return {
    counts: scanned.counts,
    findings: tally.counts,
    kept: tally.kept,
    left: tally.left,
    repaired: tally.repaired,
    mark: isMarked ? 'is set' : !isToMark ? 'is not set' : hasOtherWriter ? 'other writer' : 'was set now',
    units: Math.round(limit.spent),
  };
}
