import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createDynamoClient, ensureTable } from '@aws-starter-kit/dynamo';
import { startLocalDynamo } from '@aws-starter-kit/local-dynamo';
import { beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { runnableEngines } from '../../../test/engines/runnable-engines.js';
import { NoteModel, TallyModel } from './models.js';

/** Kills of the follower on each engine: `KILLS=100` by hand. */
const kills = Number(process.env.KILLS || 5);
const refs = ['a', 'b', 'c', 'd', 'e', 'f'];
const program = fileURLToPath(new URL('./follower-process.ts', import.meta.url));

beforeAll(() => vi.stubEnv('LOG_LEVEL', 'ERROR'));

/** A change as the follower has written it: `updated a 3 <event>`. */
interface Handled {
  readonly type: string;
  readonly id: string;
  readonly version: number;
  readonly eventId: string;
}

it.each(await runnableEngines())(
  'on %s, a killed follower loses no change, keeps the order of each entity, and has an exact projection',
  async (name) => {
    const engine = await startLocalDynamo({ engine: name });
    const folder = mkdtempSync(join(tmpdir(), 'kills-'));
    const file = join(folder, 'handled');
    writeFileSync(file, '');
    onTestFinished(async () => {
      await engine.stop();
      rmSync(folder, { recursive: true });
    });
    const table = {
      tableName: 'kills',
      client: createDynamoClient({ endpoint: engine.endpoint, region: 'us-east-1' }),
    };
    await ensureTable({ ...table, stream: true });
    const notes = new NoteModel(table);
    const tallies = new TallyModel(table);
    for (const ref of refs) await tallies.create({ notes: 0 }, { id: ref });

    const written = new Map(refs.map((ref) => [ref, 0]));
    let isOver = false;
    /** Updates a note until the end. Its version is the number of its changes. */
    const write = async (ref: string) => {
      await notes.create({ ref });
      written.set(ref, 1);
      while (!isOver) {
        const note = await notes.update(ref, { text: `${Math.random()}` });
        written.set(ref, note?.version ?? 0);
        await sleep(Math.random() * 150);
      }
    };
    const writers = Promise.all(refs.map(write));

    const runs = (): Handled[][] => readFileSync(file, 'utf8').split('start\n').slice(1).map(changesIn);
    let follower = startFollower(engine.endpoint, file);
    onTestFinished(() => void follower.kill('SIGKILL'));
    for (let kill = 0; kill < kills; kill++) {
      // wait until it works, so that the kill hits it anywhere in its work
      await expect.poll(() => runs()[kill]?.length ?? 0, { interval: 5 }).toBeGreaterThan(0);
      await sleep(Math.random() * 600);
      follower.kill('SIGKILL');
      await once(follower, 'exit');
      follower = startFollower(engine.endpoint, file);
    }
    isOver = true;
    await writers;
    const expected = [...written].flatMap(([id, versions]) =>
      Array.from({ length: versions }, (_, i) => `${id} ${i + 1}`),
    );
    const first = () =>
      new Map(
        runs()
          .flat()
          .map((change) => [`${change.id} ${change.version}`, change.eventId]),
      );
    await expect.poll(() => first().size, { timeout: 300_000 }).toBe(expected.length);
    follower.kill('SIGKILL');
    await once(follower, 'exit');

    const all = runs();
    expect([...first().keys()].sort()).toEqual(expected.sort());
    // a redelivery has the event id of the first delivery
    expect(new Set(all.flat().map(({ id, version, eventId }) => `${id} ${version} ${eventId}`)).size).toBe(
      expected.length,
    );
    const seen = new Map<string, number>();
    for (const run of all) expect(run.flatMap((change, i) => outOfOrder(run.slice(0, i), change, seen))).toEqual([]);
    const counted = await tallies.getByIds(refs, { consistent: true });
    expect(counted.map((tally) => tally?.notes)).toEqual(refs.map((ref) => written.get(ref)));
    const again = all.flat().length - expected.length;
    process.stdout.write(
      `${name}: ${kills} kills of a follower; ${expected.length} changes, ${again} delivered again\n`,
    );
  },
  900_000,
);

function startFollower(endpoint: string, file: string): ChildProcess {
  const command = ['--conditions=@aws-starter-kit/source', '--import', 'tsx', program, file];
  const env = {
    ...process.env,
    ...{ AWS_ENDPOINT_URL: endpoint, AWS_REGION: 'us-east-1', DYNAMODB_TABLE: 'kills', LOG_LEVEL: 'ERROR' },
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
  return spawn(process.execPath, command, { stdio: ['ignore', 'inherit', 'inherit'], env });
}

const changesIn = (text: string): Handled[] =>
  text
    .split('\n')
    .filter((line) => line.split(' ').length === 4)
    .map((line) => {
      const [type = '', id = '', version, eventId = ''] = line.split(' ');
      return { type, id, version: Number(version), eventId };
    });

/**
 * Returns the change if it does not follow the one before it. Within a run, the versions of an entity grow by one. The
 * first one in a run is at most one above the newest version seen before.
 * @param seen the newest version of each entity that was handled
 */
function outOfOrder(before: readonly Handled[], change: Handled, seen: Map<string, number>): Handled[] {
  const previous = before.findLast(({ id }) => id === change.id)?.version;
  const newest = seen.get(change.id) ?? 0;
  seen.set(change.id, Math.max(newest, change.version));
  const isNext = previous === undefined ? change.version <= newest + 1 : change.version === previous + 1;
  return isNext ? [] : [change];
}
