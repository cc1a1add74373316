import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import Table from 'cli-table3';
import { Command, InvalidArgumentError } from 'commander';
import { OperationsError } from './operations-error.js';
import { type LoadReport, runLoad } from './run-load.js';
import { checkTarget } from './target.js';
import { measuredUnits } from './units.js';
import { createWorkload, type Workload } from './workload.js';

interface Settings {
  url: string;
  tokenFile: string;
  rate: number;
  duration: number;
  maxCalls: number;
  maxUnits?: number;
  yes?: boolean;
  json?: boolean;
}

const settings = new Command('load')
  .description(
    'Calls a stage at a constant rate with a mix of reads and writes, on users that it creates and deletes itself.',
  )
  .requiredOption('--url <url>', 'URL of the API')
  .requiredOption('--token-file <file>', 'file with a token that has the permissions users:read and users:write')
  .option('--rate <calls>', 'calls per second', number(1, 10_000), 10)
  .option('--duration <seconds>', 'seconds', number(1, 3600), 10)
  .option('--max-calls <n>', 'stop after this number of calls', number(1, 10_000_000), 10_000)
  .option(
    '--max-units <n>',
    'stop before the calls consume this number of capacity units (estimated)',
    number(1, 1_000_000_000),
  )
  .option('--yes', 'accept a target whose name does not look like a test stage')
  .option('--json', 'print JSON')
  .parse()
  .opts<Settings>();

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
process.exitCode = await load().catch((error) => {
  if (!(error instanceof OperationsError)) throw error;
  note(error.message);
  return 2;
});

/** Runs the load, and always deletes its users. @returns the exit code */
async function load(): Promise<number> {
  const { rate, duration, maxCalls, maxUnits, yes = false } = settings;
  const url = checkTarget(settings.url, yes);
  const token = readToken(settings.tokenFile);
  const runId = randomUUID().slice(0, 8);
  await checkReady(url);
  const workload = createWorkload({ url, token, runId });
  note(
    `${rate} calls per second to ${url} for ${duration} s, ${maxCalls} calls at most. Its users: load-${runId}-…@example.com`,
  );
  let left: string[] = [];
  try {
    await workload.prepare().catch((error) => {
      throw new OperationsError(`The first users cannot be created (${error.message}): the token needs users:write`);
    });
    const report = await runLoad({
      ...{ workload, perSecond: rate, durationMs: duration * 1000, maxCalls, maxUnits },
      ...{ units: measuredUnits(), signal: interrupted.signal },
    });
    process.stdout.write(
      settings.json ? `${JSON.stringify({ url, rate, duration, ...report }, null, 2)}\n` : reportText(report),
    );
  } finally {
    left = await cleanUp(workload);
  }
  return left.length > 0 ? 1 : 0;
}

async function cleanUp(workload: Workload): Promise<string[]> {
  const left = await workload.cleanUp();
  if (left.length > 0)
    note(
      `${left.length} users could not be deleted. Delete each with pnpm users delete <id or email>:\n${left.join('\n')}`,
    );
  return left;
}

function reportText({ statistics, errors, ...report }: LoadReport): string {
  const table = new Table({
    head: ['call', 'calls', 'errors', 'p50 ms', 'p95 ms', 'p99 ms', 'max ms'],
    style: { head: [], border: [] },
  });
  for (const { name, calls, errors, p50, p95, p99, max } of statistics)
    table.push([name, calls, errors, p50, p95, p99, max]);
  const lines = [
    String(table),
    `${report.sent} calls at ${report.perSecond} per second, stopped by ${report.stoppedBy}; about ${report.estimatedUnits} capacity units`,
  ];
  if (report.notSent > 0)
    lines.push(
      `${report.notSent} calls were due and not sent, since 1,000 were in flight: the target does not keep up`,
    );
  for (const [name, count] of Object.entries(errors).sort(([, a], [, b]) => b - a)) lines.push(`${count} × ${name}`);
  return `${lines.join('\n')}\n`;
}

async function checkReady(url: string): Promise<void> {
  const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5000) }).catch((cause) => {
    throw new OperationsError(`No API answers at ${url} (${Object(cause.cause).code ?? cause.name}): check --url`, {
      cause,
    });
  });
  await answer.body?.cancel();
  if (!answer.ok) throw new OperationsError(`The API at ${url} is not ready: /readyz answers ${answer.status}`);
}

function readToken(file: string): string {
  try {
    const token = readFileSync(file, 'utf8').trim();
    if (/^[\w.~+/=-]+$/.test(token)) return token;
  } catch (cause) {
    throw new OperationsError(
      `${file} cannot be read (${Object(cause).code}): write a token into it, readable by you only`,
      { cause },
    );
  }
  throw new OperationsError(`${file} does not hold a token: write one token into it, and nothing else`);
}

function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

function number(from: number, to: number) {
  return (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= from && value <= to) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${from} to ${to}.`);
  };
}
