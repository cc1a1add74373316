import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startLocalDynamo } from '@aws-starter-kit/local-dynamo';
import { Command, InvalidArgumentError, Option } from 'commander';
import { checkHistory } from './check/check-history.js';
import { callsAround, type Guarantee, guarantees, type Violation } from './check/violation.js';
import type { History } from './history.js';
import { type PlantedBug, plantedBugs } from './planted-bugs.js';
import { runHistory } from './run-history.js';
import { type Summary, summarise } from './summary.js';

// On Node 20 the SDK begins the output with eight lines about its versions of 2027.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

const engines = ['dynoxide', 'dynamodb-local'] as const;

interface Options {
  readonly operations: number;
  readonly segment: number;
  readonly seed: number;
  readonly engine: (typeof engines)[number];
  readonly plant?: PlantedBug;
  readonly check?: string;
}

const { operations, segment, seed, engine, plant, check } = new Command('soak')
  .description('Runs many concurrent calls under all faults, and checks their history. Stops at the first violation.')
  .option('--operations <n>', 'calls in total', whole, 1_000_000)
  .option('--segment <n>', 'calls on each fresh engine', whole, 20_000)
  .option('--seed <n>', 'seed of the first segment; each later one has the next', whole, 1)
  .addOption(new Option('--engine <name>', 'the engine to run on').choices(engines).default('dynoxide'))
  .addOption(new Option('--plant <bug>', 'plants a bug that the checker must find').choices(Object.keys(plantedBugs)))
  .option('--check <file>', 'runs nothing; checks a kept history again')
  .parse()
  .opts<Options>();

if (check) report(JSON.parse(readFileSync(check, 'utf8')) as History);
else await soak();

async function soak(): Promise<void> {
  const total = Math.ceil(operations / segment);
  for (let i = 0; i < total; i++) {
    const size = Math.min(segment, operations - i * segment);
    const { history, summary } = await runSegment(seed + i, size);
    const violations = checkHistory(history);
    print(`${i + 1}/${total}  ${line(seed + i, summary)}  violations ${violations.length}`);
    if (violations.length === 0) continue;
    report(history);
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'history-')), `seed-${seed + i}.json`);
    writeFileSync(file, JSON.stringify(history));
    const again = `pnpm soak --seed ${seed + i} --operations ${size} --engine ${engine}${plant ? ` --plant ${plant}` : ''}`;
    print(`\nTo run it again, with the same decisions and faults: ${again}`);
    print(`To check its history again: pnpm soak --check ${file}`);
    return;
  }
}

async function runSegment(seedOfSegment: number, size: number) {
  const { endpoint, stop } = await startLocalDynamo({ engine });
  try {
    const run = await runHistory({ endpoint, seed: seedOfSegment, operations: size, bug: plant });
    return { history: run.history, summary: summarise(run) };
  } finally {
    await stop();
  }
}

function line(seedOfSegment: number, { operations: done, seconds, requests, faults, outcomes, ...counts }: Summary) {
  const { rejected, failed, unknown } = outcomes;
  return [
    `seed ${seedOfSegment}`,
    `${done} calls in ${seconds.toFixed(0)} s`,
    `${requests} requests`,
    `${faults} faults`,
    `rejected ${rejected}, failed ${failed}, unknown ${unknown}`,
    `applied again ${counts.appliedAgain}, recreated ${counts.recreated}`,
  ].join('  ');
}

function report(history: History): void {
  const violations: readonly Violation[] = checkHistory(history);
  const shown = 3;
  for (const guarantee of Object.keys(guarantees) as Guarantee[]) {
    const found = violations.filter((violation) => violation.guarantee === guarantee);
    if (found.length === 0) continue;
    print(`\n${guarantee}, ${found.length} times (${guarantees[guarantee]})`);
    for (const { description } of found.slice(0, shown)) print(`  ${description}`);
    if (found[0]) print(`  All calls around the first:\n    ${callsAround(history, found[0]).join('\n    ')}`);
    if (found.length > shown) print('  …');
  }
  print(violations.length === 0 ? 'No violations' : '');
  process.exitCode = violations.length === 0 ? 0 : 1;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function whole(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('It must be a whole number from 1.');
}
