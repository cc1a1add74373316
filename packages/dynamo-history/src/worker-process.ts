import { createDynamoClient } from '@aws-starter-kit/dynamo';
import { faultyHandler } from '@aws-starter-kit/dynamo-faults';
import { startFaultProxy } from './fault-proxy.js';
import type { Entry, Seen } from './history.js';
import { createKnownEntities } from './known-entities.js';
import { noteModelOf, TracedUserModel } from './models.js';
import { perform } from './perform.js';
import { type PlantedBug, plant } from './planted-bugs.js';
import { createRecorder } from './recorder.js';
import { badWeather } from './weather.js';

/** What the parent sends to a process of workers. */
export interface WorkOrder {
  readonly endpoint: string;
  readonly tableName: string;
  readonly seed: number;
  /** Chooses the faults of this process. */
  readonly faultSeed: number;
  readonly severity: number;
  readonly lateness: number;
  /** How the models send their requests: through the SDK, or on their own transport. */
  readonly transport: 'sdk' | 'lean';
  /** The first of its workers, how many there are, and how many calls each makes. */
  readonly firstWorker: number;
  readonly workers: number;
  readonly calls: number;
  readonly epoch: string;
  readonly initial: readonly Seen[];
  readonly bug?: PlantedBug | undefined;
}

/** What the process sends back. */
export interface WorkResult {
  readonly entries: readonly Entry[];
  readonly requests: number;
  readonly injected: Readonly<Record<string, number>>;
}

process.on('disconnect', () => process.exit(1)); // the parent is gone
process.once('message', async (order: WorkOrder) => {
  const result = await work(order);
  process.send?.(result, () => process.exit(0));
});

async function work(order: WorkOrder): Promise<WorkResult> {
  const { endpoint, tableName, seed, firstWorker, workers, calls } = order;
  const local = { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  const faults = faultyHandler({ seed: order.faultSeed, rules: badWeather(order.severity, order.lateness) });
  // the model's own transport bypasses the SDK's handlers: a proxy injects the same faults
  const proxy = order.transport === 'lean' ? await startFaultProxy(endpoint, faults) : undefined;
  const connection = proxy ? { endpoint: proxy.endpoint } : { requestHandler: faults };
  const client = createDynamoClient({ ...local, ...connection });
  if (order.bug) plant(order.bug, client, createDynamoClient(local));
  const recorder = createRecorder(BigInt(order.epoch));
  const world = {
    seed,
    recorder,
    repeatable: [],
    users: new TracedUserModel({ client, tableName }),
    notes: new (noteModelOf(seed))({ client, tableName }),
    known: createKnownEntities(order.initial),
  };
  await Promise.all(
    Array.from({ length: workers }, async (_, i) => {
      for (let call = 1; call <= calls; call++) await perform(world, firstWorker + i, call);
    }),
  );
  await faults.settled(); // a late request belongs to the history too
  proxy?.stop();
  const requests = Object.values(faults.counts).reduce((sum, count) => sum + count, 0);
  return { entries: recorder.entries, requests, injected: faults.injected };
}
