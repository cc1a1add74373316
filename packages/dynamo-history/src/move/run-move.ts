import { randomUUID } from 'node:crypto';
import { createDynamoClient, ensureTable, type Inspection, inspect } from '@aws-starter-kit/dynamo';
import { type FaultRule, faultyHandler, seededRandom } from '@aws-starter-kit/dynamo-faults';
import { createRecorder } from '../recorder.js';
import type { Run } from '../run-history.js';
import { dumpTable } from '../table-contents.js';
import { badWeather } from '../weather.js';
import { type MovePlan, movePlans, type Phase } from './deployments.js';
import { createMoveCalls } from './move-calls.js';
import { MovingNoteModel } from './moving-note.js';

export interface MoveOptions {
  readonly endpoint: string;
  readonly seed: number;
  /** @default 'as documented' */
  readonly plan?: MovePlan | undefined;
  /** Calls of each phase. @default 150 */
  readonly callsPerPhase?: number | undefined;
}

const workers = 12;
const off = 28;
const none = () => {};
/** Above the level of errors, because a run would write thousands of lines. */
const silent = { level: off, trace: none, debug: none, info: none, warn: none, error: none, critical: none } as const;
/** Without a lagging index, in which a list may lack notes, and without attempts that hang for longer than a deployment. */
const weather = (): FaultRule[] => [
  ...badWeather(1).filter(({ fault }) => fault !== 'stale-index' && fault !== 'hang'),
  { fault: 'latency', operation: 'Query', ms: [5, 50], rate: 0.5 }, // lets notes move between the requests of a page
];

/** Changes the shards of an index by deployments, while concurrent calls run under faults. Returns everything that they did and saw. */
export async function runMove({
  endpoint,
  seed,
  plan = 'as documented',
  callsPerPhase = 150,
}: MoveOptions): Promise<Pick<Run, 'history' | 'injected'>> {
  const local = { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  const honest = createDynamoClient(local);
  const tableName = `move-${randomUUID()}`;
  await ensureTable({ client: honest, tableName });
  const faults = faultyHandler({ seed, rules: weather() });
  const client = createDynamoClient({ ...local, requestHandler: faults });
  const by = seed % 2 === 0 ? 'id' : 'rank';
  const recorder = createRecorder(process.hrtime.bigint());
  const random = seededRandom(seed, 'move');
  const calls = createMoveCalls(recorder, random);
  let call = 0;

  const runPhase = async ({ layouts, isMoving, isQuiet }: Phase) => {
    calls.fleet = layouts.map((layout) => new MovingNoteModel({ client, tableName, logger: silent }, layout, by));
    const last = call + (isQuiet ? 0 : callsPerPhase);
    const work = async (worker: number) => {
      while (call < last) await calls.perform(worker, ++call);
    };
    await Promise.all([
      ...Array.from({ length: workers }, (_, worker) => work(worker)),
      ...(isMoving ? [moveRest(inspect(calls.fleet.at(-1) as MovingNoteModel))] : []),
    ]);
    await faults.settled();
  };
  /** Moves the remaining notes as the doctor does, but by recorded updates, which the checker has to explain. */
  const moveRest = async (stores: Inspection) => {
    for (;;) {
      const rest = (await dumpTable(honest, tableName)).filter((item) => {
        const id = String(item.id);
        return (
          id.startsWith(stores.prefix) &&
          !('_tombstone' in item) &&
          stores.keysOfOtherShards({ ...item, id }).length > 0
        );
      });
      if (rest.length === 0) return;
      for (const { id, version, rank } of rest) {
        await calls.writeAgain(workers, ++call, {
          id: String(id).slice(stores.prefix.length),
          version: Number(version),
          rank: Number(rank),
        });
      }
    }
  };

  for (const phase of movePlans[plan]) await runPhase(phase);
  const table = await dumpTable(honest, tableName);
  client.destroy();
  honest.destroy();
  return { history: { initial: [], entries: recorder.entries, table }, injected: faults.injected };
}
