import { existsSync } from 'node:fs';
import { createDynamoClient } from '@aws-starter-kit/dynamo';
import { confirmWrite, explainFailure, type Place, placeName, targetOf } from '@aws-starter-kit/table';
import { Command, InvalidArgumentError, Option } from 'commander';
import { defaultRate, defaultSegments, examineTable } from './examine-table.js';
import { createProgressBar, type ProgressBar } from './progress-bar.js';
import { reportText } from './report.js';
import type { RunOrigin } from './run-file.js';

const defaultTable = 'aws-starter-kit-table';
const exitCodes = { clean: 0, findings: 1, failed: 2, interrupted: 130 } as const;
const maxAttempts = 8;
const originLines = {
  new: undefined,
  resumed: 'Resumes the interrupted run',
  restarted: 'Starts over: a run that is to mark the table reads all of it',
  replaced: 'Starts over: the interrupted run was of another table or had other options',
} satisfies Record<RunOrigin, string | undefined>;

interface Settings {
  table: string;
  fix: boolean;
  mark: boolean;
  rate: number;
  segments: number;
  state?: string;
  rows: number;
  showValues: boolean;
  aws?: boolean;
  yes?: boolean;
}

// a reader that closes the pipe, such as `head`, is not a failure
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

// As the API does. Variables that are set already take precedence.
if (existsSync('.env')) process.loadEnvFile('.env');

await new Command('db:doctor')
  .description(
    "Finds missing and orphan claims, wrong expiries and index keys, doubled values and unreadable items in a table. Region, endpoint and credentials come from AWS's usual variables; without an endpoint, it uses the engine of `pnpm dev`.",
  )
  .addOption(
    new Option('--table <name>', 'name of the table').env('DYNAMODB_TABLE').default(defaultTable).argParser(tableName),
  )
  .option('--aws', 'use AWS itself')
  .option('--yes', 'write beyond this machine without asking')
  .option('--fix', 'repair findings where that is safe; without it nothing is written', false)
  .option('--mark', 'with --fix, mark the table if no finding is left (default)', true)
  .option('--no-mark', 'do not mark it: another system still writes to the table without claims')
  .option(
    '--rate <units>',
    'capacity units per second, reads and writes together',
    wholeNumber(1, 1_000_000),
    defaultRate,
  )
  .option('--segments <n>', 'parts of the table that are scanned in parallel', wholeNumber(1, 1000), defaultSegments)
  .option('--state <file>', 'file from which an interrupted run is resumed (default: ".local/doctor-<table>.jsonl")')
  .option('--rows <n>', 'findings shown of each kind', wholeNumber(0, 1_000_000), 100)
  .option('--show-values', 'show the values of claims, such as emails', false)
  .addHelpText('after', '\nExit code: 0 no finding is left, 1 findings are left, 2 it could not run, 130 interrupted.')
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? exitCodes.clean : exitCodes.failed))
  .action(async (settings: Settings) => {
    process.exitCode = await run(settings);
  })
  .parseAsync();

async function run(settings: Settings): Promise<number> {
  const place: Place = {
    tableName: settings.table,
    region: '',
    endpoint: undefined,
  };
  const stateFile = settings.state ?? `.local/doctor-${settings.table}.jsonl`;
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
  const name = () => `table ${settings.table} at ${placeName(place)}`;
  let bar: ProgressBar | undefined;
  let canResume = true;
  try {
    const { endpoint } = targetOf(settings);
    place.endpoint = endpoint;
    const client = createDynamoClient({ maxAttempts, ...(endpoint !== undefined && { endpoint }) });
    place.region = await client.config.region();
    if (settings.fix) await confirmWrite({ name: name(), url: endpoint, yes: settings.yes });
    const report = await examineTable({
      ...settings,
      client,
      tableName: settings.table,
      stateFile,
      signal: interrupted.signal,
      onStart: ({ origin, isResumable, aboutItems }) => {
        canResume = isResumable;
        const task = settings.fix ? 'Examines and repairs' : 'Examines';
        say(`${task} ${name()}, about ${aboutItems} items, at up to ${settings.rate} units per second.`);
        const line = originLines[origin];
        if (line) say(`${line} (${stateFile}).`);
        bar = createProgressBar(aboutItems);
      },
      onProgress: (progress) => bar?.show(progress),
    });
    bar?.stop();
    client.destroy();
    process.stdout.write(`${reportText(report, { fix: settings.fix, place: name() })}\n`);
    return report.left === 0 ? exitCodes.clean : exitCodes.findings;
  } catch (error) {
    bar?.stop();
    if (interrupted.signal.aborted) {
      say(
        canResume
          ? `Interrupted: the same command resumes the run (${stateFile}).`
          : `Interrupted: the same command starts over, since it is to mark the table; with --no-mark it resumes the run (${stateFile}).`,
      );
      return exitCodes.interrupted;
    }
    say(explainFailure(error, place));
    return exitCodes.failed;
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function tableName(name: string): string {
  if (name === '') return defaultTable; // an empty variable counts as unset
  if (!/^[\w.-]{3,255}$/.test(name)) throw new InvalidArgumentError('A name has 3 to 255 of a-z A-Z 0-9 _ . -');
  return name;
}

function wholeNumber(from: number, to: number) {
  return (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= from && value <= to) return value;
    throw new InvalidArgumentError(`Allowed are whole numbers from ${from} to ${to}.`);
  };
}
