import { createDynamoClient } from '@aws-starter-kit/dynamo';
import { explainFailure, type Place, placeName } from '@aws-starter-kit/table';
import { UserModel, UserService } from '@aws-starter-kit/users';
import { exportUsers } from './export-users.js';
import { type Format, formatOf } from './file-format.js';
import { FileProblem } from './file-problem.js';
import { type ImportReport, importUsers } from './import-users.js';
import { createProgressBar } from './progress-bar.js';
import { answer, grouped, Interruption, isBrokenPipe, type Output, remark } from './speak.js';

export interface FileSettings {
  table: string;
  output: Output;
  format?: Format;
}

export interface ImportSettings extends FileSettings {
  delimiter?: string;
  rate?: number;
  refused?: string;
}

/** @returns whether no row was refused */
export function importCommand(file: string, settings: ImportSettings): Promise<boolean> {
  const format = settings.format ?? formatOf(file);
  return atTable(settings.table, async ({ users, table, signal }) => {
    const { delimiter, rate, refused: refusedFile } = settings;
    const bar = createProgressBar('rows');
    let total = 0;
    try {
      const report = await importUsers({
        ...{ users, file, format, delimiter, table, rate, refusedFile, signal },
        onStart({ rows, done, origin }) {
          total = rows;
          remark(`Imports ${grouped(rows)} rows of ${file} into table ${table}.`);
          if (origin === 'resumed') remark(`Goes on after ${grouped(done)} rows, where it was interrupted.`);
          if (origin === 'replaced')
            remark('Starts from the beginning: the file or the table is another one than before.');
          bar.show(done, total);
        },
        onProgress: ({ rows, refused }) => bar.show(rows, total, refused > 0 ? `  ${grouped(refused)} refused` : ''),
      });
      bar.stop();
      answer(settings.output, report, () => reportText(report));
      return report.refused === 0;
    } finally {
      bar.stop();
    }
  });
}

function reportText(report: ImportReport): string {
  const { created, unchanged, refused, examples, refusedFile } = report;
  const lines = [`${grouped(created)} created, ${grouped(unchanged)} there already, ${grouped(refused)} refused`];
  if (refused > 0) {
    const width = Math.max(...examples.map(({ line }) => String(line).length));
    lines.push('', ...examples.map(({ line, reason }) => `line ${String(line).padStart(width)}  ${reason}`));
    if (refused > examples.length) lines.push(`and ${grouped(refused - examples.length)} more`);
    lines.push('', `All refused rows, with line and reason: ${refusedFile}`);
    lines.push(`Mend them there, then: pnpm users import '${refusedFile}'`);
  }
  return lines.join('\n');
}

export function exportCommand(file: string | undefined, settings: FileSettings): Promise<void> {
  const format = settings.format ?? (file === undefined ? 'ndjson' : formatOf(file));
  return atTable(settings.table, async ({ users, table, signal }) => {
    const bar = createProgressBar('users');
    let total = 0;
    if (process.stderr.isTTY) {
      // for the bar only, and it costs half a unit for 4 KB: so not where nobody looks
      users.countUsers({ signal }).then(
        (count) => {
          total = count;
        },
        () => {},
      );
    }
    try {
      const report = await exportUsers({
        ...{ users, file, format, table, signal },
        onStart({ done, origin }) {
          if (file !== undefined) remark(`Exports table ${table} to ${file}.`);
          if (origin === 'resumed') remark(`Goes on after ${grouped(done)} users, where it was interrupted.`);
        },
        onProgress: (progress) => bar.show(progress.users, total),
      });
      bar.stop();
      if (file !== undefined) answer(settings.output, report, () => `${grouped(report.users)} users exported`);
    } finally {
      bar.stop();
    }
  });
}

interface Task {
  users: UserService;
  /** Its name and place. */
  table: string;
  signal: AbortSignal;
}

/** Runs a task by the service at a table; what goes wrong is said in a line. */
async function atTable<R>(tableName: string, run: (task: Task) => Promise<R>): Promise<R> {
  process.env.LOG_LEVEL = 'ERROR'; // stdout is for the answer
  const place: Place = { tableName, region: '', endpoint: process.env.AWS_ENDPOINT_URL || undefined };
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
  try {
    const client = createDynamoClient();
    place.region = await client.config.region();
    const users = new UserService({ model: new UserModel({ client, tableName }) });
    const result = await run({ users, table: `${tableName} at ${placeName(place)}`, signal: interrupted.signal });
    client.destroy();
    return result;
  } catch (error) {
    if (interrupted.signal.aborted) throw new Interruption('Interrupted: the same command goes on from here.');
    if (error instanceof FileProblem || isBrokenPipe(error)) throw error;
    const goesOn = passing.has(Object(error).code) ? '; the same command goes on from here' : '';
    throw new FileProblem(`${explainFailure(error, place)}${goesOn}`, { cause: error });
  }
}

const passing: ReadonlySet<unknown> = new Set([
  'THROTTLED',
  'DEADLINE_EXCEEDED',
  'DATABASE_UNAVAILABLE',
  'WRITE_OUTCOME_UNKNOWN',
]);
