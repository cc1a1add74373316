import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { createDynamoClient, ensureTable } from '@aws-starter-kit/dynamo';
import type { Entry, History } from './history.js';
import type { PlantedBug } from './planted-bugs.js';
import { dumpTable, fillTable } from './table-contents.js';
import type { WorkOrder, WorkResult } from './worker-process.js';

export interface RunOptions {
  readonly endpoint: string;
  readonly seed: number;
  /** Calls in all; a batch is one. @default 20,000 */
  readonly operations?: number | undefined;
  /** @default 64 */
  readonly workers?: number | undefined;
  /** Each with a client, and faults, of its own. @default 2 */
  readonly processes?: number | undefined;
  /** Multiplies the rates of late deliveries. @default 1 */
  readonly lateness?: number | undefined;
  readonly bug?: PlantedBug | undefined;
}

export interface Run {
  readonly history: History;
  readonly operations: number;
  readonly requests: number;
  readonly injected: Readonly<Record<string, number>>;
  readonly seconds: number;
}

/** Runs workers in several processes on a fresh table, under faults, and returns everything that they did and saw. */
export async function runHistory(options: RunOptions): Promise<Run> {
  const { endpoint, seed, operations = 20_000, workers = 64, processes = 2, lateness = 1, bug } = options;
  const began = performance.now();
  const epoch = process.hrtime.bigint();
  const local = { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  const client = createDynamoClient(local);
  const tableName = `history-${randomUUID()}`;
  await ensureTable({ client, tableName });
  const initial = await fillTable(client, tableName);

  const eachHas = Math.ceil(workers / processes);
  const results = await Promise.all(
    Array.from({ length: processes }, (_, i) =>
      runProcess({
        endpoint,
        tableName,
        seed,
        faultSeed: seed * 100 + i,
        transport: bug || (seed + i) % 2 === 0 ? 'sdk' : 'lean', // bugs are planted into the SDK's client
        severity: 1 + i, // the first has enough retries, the others run out of them
        lateness,
        firstWorker: 1 + i * eachHas,
        workers: Math.min(eachHas, workers - i * eachHas),
        calls: Math.ceil(operations / workers),
        epoch: String(epoch),
        initial,
        bug,
      }),
    ),
  );
  const table = await dumpTable(client, tableName);
  client.destroy();
  const injected: Record<string, number> = {};
  for (const result of results) {
    for (const [fault, count] of Object.entries(result.injected)) injected[fault] = (injected[fault] ?? 0) + count;
  }
  return {
    history: { initial, entries: results.flatMap((one): readonly Entry[] => one.entries), table },
    operations: Math.ceil(operations / workers) * workers,
    requests: results.reduce((sum, one) => sum + one.requests, 0),
    injected,
    seconds: (performance.now() - began) / 1000,
  };
}

/** Runs a process of workers, which ends with this one. */
async function runProcess(order: WorkOrder): Promise<WorkResult> {
  const script = fileURLToPath(import.meta.url.replace(/run-history(\.\w+)$/, 'worker-process$1'));
  const child = fork(script, {
    execArgv: ['--conditions=@aws-starter-kit/source', '--import', 'tsx'],
    // on Node 20 the SDK warns in each process that its versions of 2027 need a later one
    env: {
      ...process.env,
      LOG_LEVEL: 'ERROR',
      DYNAMO_TRANSPORT: order.transport,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    },
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  try {
    return await new Promise<WorkResult>((resolve, reject) => {
      child.once('message', (result) => resolve(result as WorkResult));
      child.once('error', reject);
      child.once('exit', (code, signal) => reject(new Error(`A process of workers ended early (${signal ?? code})`)));
      child.send(order);
    });
  } finally {
    process.off('exit', kill);
  }
}
