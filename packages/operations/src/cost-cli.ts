import Table from 'cli-table3';
import { Command, InvalidArgumentError } from 'commander';
import { type CostReport, type CostRow, estimateCost } from './estimate-cost.js';
import { OperationsError } from './operations-error.js';
import { measuredUnits, type Prices, readPrices } from './units.js';

interface Settings {
  calls: Record<string, number>;
  prices?: string;
  storage: number;
  memory: number;
  duration: number;
  logBytes: number;
  lambda: boolean;
  json?: boolean;
}

const { calls, ...settings } = new Command('cost')
  .description('Estimates the cost of a month: measured capacity units of each procedure, times calls, times prices.')
  .option('--calls <list>', 'calls a month, such as users.getById=10M,users.create=200k', parseCalls, {})
  .option('--prices <file>', 'prices, as in packages/operations/prices.json (default: that file)')
  .option('--storage <GB>', 'GB of items and indexes', number, 1)
  .option('--no-lambda', 'leave out Lambda and HTTP API')
  .option('--memory <MB>', 'memory of the function', number, 1024)
  .option('--duration <ms>', 'time of a call in the function', number, 20)
  .option('--log-bytes <bytes>', 'bytes that a call writes to the log', number, 700)
  .option('--json', 'print JSON')
  .parse()
  .opts<Settings>();

try {
  const units = measuredUnits();
  if (Object.keys(calls).length === 0) printUnits();
  else {
    const prices = readPrices(settings.prices);
    const { storage, lambda, memory, duration, logBytes } = settings;
    const input = { storedGB: storage, isLambda: lambda, memoryMB: memory, durationMs: duration, logBytes };
    const report = estimateCost({ calls, units, prices, ...input });
    print(settings.json ? JSON.stringify({ prices, ...input, ...report }, null, 2) : reportText(report, prices));
  }
} catch (error) {
  if (!(error instanceof OperationsError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}

function printUnits(): void {
  if (settings.json) {
    print(JSON.stringify(measuredUnits(), null, 2));
    return;
  }
  const table = newTable(['procedure', 'read units', 'write units']);
  for (const [name, { read, write }] of Object.entries(measuredUnits())) table.push([name, read, write]);
  print(`${table}\nFor the cost of a month: pnpm cost --calls users.getById=10M,users.create=200k`);
}

function reportText({ procedures, others, total }: CostReport, { region, date, currency }: Prices): string {
  const table = newTable(['a month', 'calls', 'read units', 'write units', currency]);
  const amount = (value?: number) => (value === undefined ? '' : value.toLocaleString('en-US'));
  const cells = ({ name, calls, readUnits, writeUnits, cost }: CostRow) => [
    name,
    amount(calls),
    amount(readUnits),
    amount(writeUnits),
    cost.toFixed(2),
  ];
  table.push(...[...procedures, ...others].map(cells), ['total', '', '', '', total.toFixed(2)]);
  return `${table}\nPrices of ${region} as of ${date}: compare them with AWS's pricing pages. Without free tiers, taxes and transfer.`;
}

function newTable(head: string[]) {
  const none = Object.fromEntries(
    [
      'top',
      'top-mid',
      'top-left',
      'top-right',
      'bottom',
      'bottom-mid',
      'bottom-left',
      'bottom-right',
      'left',
      'left-mid',
      'mid',
      'mid-mid',
      'right',
      'right-mid',
    ].map((name) => [name, '']),
  );
  const colAligns = head.map((_, at) => (at === 0 ? 'left' : 'right') as 'left' | 'right');
  return new Table({
    head,
    colAligns,
    chars: { ...none, middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0)) throw new InvalidArgumentError('It must be a number from 0.');
  return value;
}

function parseCalls(text: string): Record<string, number> {
  const factors: Record<string, number> = { k: 1000, M: 1_000_000 };
  return Object.fromEntries(
    text.split(',').map((part) => {
      const [, name = '', count = '', factor = ''] = /^\s*([\w.:]+)=([\d.]+)([kM]?)\s*$/.exec(part) ?? [];
      const calls = Number(count) * (factors[factor] ?? 1);
      if (name === '' || !(calls >= 0))
        throw new InvalidArgumentError('It must be a list such as users.getById=10M,users.create=200k.');
      return [name, calls];
    }),
  );
}
