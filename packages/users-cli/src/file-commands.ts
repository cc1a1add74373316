import { confirmWrite } from '@aws-starter-kit/table';
import { exportUsers } from './export-users.js';
import { type Format, formatOf } from './file-format.js';
import { type ImportReport, importUsers } from './import-users.js';
import { isResumable } from './open-sink.js';
import { formatNumber, printNote, printResult } from './output.js';
import { createProgressBar } from './progress-bar.js';
import { type TableSettings, withTable } from './with-table.js';

export interface FileSettings extends TableSettings {
  format?: Format;
}

export interface ImportSettings extends FileSettings {
  delimiter?: string;
  rate?: number;
  refused?: string;
  yes?: boolean;
}

/** Imports a file, and returns whether all rows were stored. */
export function importCommand(file: string, settings: ImportSettings): Promise<boolean> {
  const format = settings.format ?? formatOf(file);
  return withTable(settings, nextOf(file), async ({ users, table, endpoint, signal }) => {
    const { delimiter, rate, refused: refusedFile } = settings;
    const bar = createProgressBar('rows');
    let total = 0;
    try {
      const report = await importUsers({
        ...{ users, file, format, delimiter, table, rate, refusedFile, signal },
        async onStart({ rows, done, origin }) {
          total = rows;
          printNote(`Importing ${formatNumber(rows)} rows of ${file} into table ${table}.`);
          if (origin === 'resumed') printNote(`Resuming after ${formatNumber(done)} rows.`);
          if (origin === 'replaced') printNote('Starting over, because the file or the table has changed.');
          await confirmWrite({ name: `table ${table}`, url: endpoint, yes: settings.yes });
          bar.show(done, total);
        },
        onProgress: ({ rows, refused }) =>
          bar.show(rows, total, refused > 0 ? `  ${formatNumber(refused)} rejected` : ''),
      });
      bar.stop();
      printResult(settings.output, report, () => reportText(report));
      return report.refused === 0;
    } finally {
      bar.stop();
    }
  });
}

function reportText(report: ImportReport): string {
  const { created, unchanged, refused, examples, refusedFile } = report;
  const lines = [
    `${formatNumber(created)} created, ${formatNumber(unchanged)} unchanged, ${formatNumber(refused)} rejected`,
  ];
  if (refused > 0) {
    const width = Math.max(...examples.map(({ line }) => String(line).length));
    lines.push('', ...examples.map(({ line, reason }) => `line ${String(line).padStart(width)}  ${reason}`));
    if (refused > examples.length) lines.push(`and ${formatNumber(refused - examples.length)} more`);
    lines.push('', `All rejected rows, with line and reason: ${refusedFile}`);
    lines.push(`Correct them there, then run: pnpm users import '${refusedFile}'`);
  }
  return lines.join('\n');
}

export function exportCommand(file: string | undefined, settings: FileSettings): Promise<void> {
  const format = settings.format ?? (file === undefined ? 'ndjson' : formatOf(file));
  return withTable(settings, nextOf(file), async ({ users, table, signal }) => {
    const bar = createProgressBar('users');
    let total = 0;
    if (process.stderr.isTTY) {
      // only the bar needs the count, which costs half a unit per 4 KB
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
          if (file !== undefined) printNote(`Exporting table ${table} to ${file}.`);
          if (origin === 'resumed') printNote(`Resuming after ${formatNumber(done)} users.`);
        },
        onWait: () => printNote(`Waiting for a reader of ${file}.`),
        onProgress: (progress) => bar.show(progress.users, total),
      });
      bar.stop();
      if (file !== undefined)
        printResult(settings.output, report, () => `${formatNumber(report.users)} users exported`);
    } finally {
      bar.stop();
    }
  });
}

/** Returns what the same command does after an interruption. */
const nextOf = (file: string | undefined) =>
  file !== undefined && isResumable(file) ? 'resumes from here' : 'starts over';
