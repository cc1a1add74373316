import { existsSync } from 'node:fs';
import { createDynamoClient } from '@aws-starter-kit/dynamo';
import { explainFailure, type Place, placeName } from '@aws-starter-kit/table';
import { Command, InvalidArgumentError, Option } from 'commander';
import { defaultRate, defaultSegments, examineTable } from './examine-table.js';
import { createProgressBar, type ProgressBar } from './progress-bar.js';
import { reportText } from './report.js';

const defaultTable = 'aws-starter-kit-table';
const exitCodes = { clean: 0, findings: 1, failed: 2, interrupted: 130 } as const;
const maxAttempts = 8;

interface Settings {
  table: string;
  fix: boolean;
  mark: boolean;
  rate: number;
  segments: number;
  state?: string;
  rows: number;
  showValues: boolean;
}

// As the API does; what the environment holds already comes first.
if (existsSync('.env')) process.loadEnvFile('.env');
// On Node 20 the SDK would precede each answer by eight lines about its versions of 2027.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

await new Command('db:doctor')
  .description(
    "Looks in a table for missing and orphan claims, wrong index keys, doubled values and unreadable items. Region, endpoint and credentials are taken from AWS's usual variables.",
  )
  .addOption(
    new Option('--table <name>', 'name of the table').env('DYNAMODB_TABLE').default(defaultTable).argParser(tableName),
  )
  .option('--fix', 'repair what can be repaired safely; else nothing is written', false)
  .option('--mark', 'with --fix, mark the table if nothing is left (default)', true)
  .option('--no-mark', 'do not mark it: another system without claims still writes to the table')
  .option('--rate <units>', 'capacity units a second', wholeNumber(1, 1_000_000), defaultRate)
  .option('--segments <n>', 'parts of the table read at the same time', wholeNumber(1, 1000), defaultSegments)
  .option('--state <file>', 'where an interrupted run goes on from (default: ".local/doctor-<table>.jsonl")')
  .option('--rows <n>', 'findings shown of each kind', wholeNumber(0, 1_000_000), 100)
  .option('--show-values', 'show the values of claims, such as e-mail addresses', false)
  .addHelpText('after', '\nExit code: 0 nothing is left, 1 findings are left, 2 it could not run, 130 interrupted.')
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? exitCodes.clean : exitCodes.failed))
  .action(async (settings: Settings) => {
    process.exitCode = await run(settings);
  })
  .parseAsync();

async function run(settings: Settings): Promise<number> {
  const place: Place = { tableName: settings.table, region: '', endpoint: process.env.AWS_ENDPOINT_URL || undefined };
  const stateFile = settings.state ?? `.local/doctor-${settings.table}.jsonl`;
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
  const name = () => `table ${settings.table} at ${placeName(place)}`;
  let bar: ProgressBar | undefined;
  try {
    const client = createDynamoClient({ maxAttempts });
    place.region = await client.config.region();
    const report = await examineTable({
      ...settings,
      client,
      tableName: settings.table,
      stateFile,
      signal: interrupted.signal,
      onStart: ({ origin, aboutItems }) => {
        const task = settings.fix ? 'Examines and repairs' : 'Examines';
        say(`${task} ${name()}, about ${aboutItems} items, at up to ${settings.rate} units a second.`);
        if (origin === 'resumed') say(`Goes on where it was interrupted (${stateFile}).`);
        if (origin === 'replaced')
          say(`Starts from the beginning: ${stateFile} was of another table or with other options.`);
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
      say(`Interrupted: the same command goes on from here (${stateFile}).`);
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
    throw new InvalidArgumentError(`It takes a whole number from ${from} to ${to}.`);
  };
}
