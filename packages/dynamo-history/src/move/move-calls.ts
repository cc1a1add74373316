import { failureOf } from '../failure.js';
import type { Outcome, Seen, State } from '../history.js';
import { notePartition } from '../models.js';
import { patientMs } from '../plan.js';
import { outcomeOf, type Recorder, type Result } from '../recorder.js';
import type { MovingNote, MovingNoteModel } from './moving-note.js';

/** A note as a call returned it last. */
interface Known {
  readonly id: string;
  readonly version: number;
  readonly rank: number;
}

const ranks = 5;
const options = { deadlineMs: patientMs };
const seenOf = ({ id, version, name }: MovingNote): Seen => ({ id, version, token: name });
const stateOf = ({ version, name }: MovingNote): State => ({ version, token: name });

/** Returns the calls of workers while an index moves. Each is made by a random process of the fleet. */
export function createMoveCalls(recorder: Recorder, random: () => number) {
  const known = new Map<string, Known>();
  const any = <E>(list: readonly E[]): E => list[Math.floor(random() * list.length)] as E;
  const remember = (note: MovingNote) => {
    if (note.version >= (known.get(note.id)?.version ?? 0)) known.set(note.id, note);
  };
  const aRank = () => Math.floor(random() * ranks);
  const stateIn = (result: Result<MovingNote | null>): Outcome<{ state: State | null }> => {
    if ('value' in result && result.value) remember(result.value);
    return outcomeOf(result, (note) => ({ state: note && stateOf(note) }));
  };

  const calls = {
    /** The models of the processes that run. */
    fleet: [] as readonly MovingNoteModel[],

    /** Makes a random call. */
    async perform(worker: number, call: number): Promise<void> {
      const note = known.size > 0 ? any([...known.values()]) : undefined;
      const share = random();
      if (!note || share < (known.size < 40 ? 0.25 : 0.08)) return create(worker, call);
      if (share < 0.5) return calls.writeAgain(worker, call, note);
      if (share < 0.62) return rekey(worker, call, note);
      if (share < 0.68) return remove(worker, call, note);
      if (share < 0.76) return get(worker, call, note);
      return list(worker, call);
    },

    /** Writes a note again with the same key. This moves it to the shards that the process writes. */
    writeAgain: (worker: number, call: number, { id, version, rank }: Known) => {
      const token = `n${worker}.${call}`;
      return recorder.record(
        worker,
        call,
        () => any(calls.fleet).update(id, { name: token, rank }, { ...options, expectedVersion: version }),
        (result) => ({ op: 'update', id, token, expected: version, outcome: stateIn(result) }),
      );
    },
  };

  const create = (worker: number, call: number) => {
    const token = `n${worker}.${call}`;
    return recorder.record(
      worker,
      call,
      () => any(calls.fleet).create({ name: token, rank: aRank() }, options),
      (result) => {
        if ('value' in result) remember(result.value);
        const outcome = outcomeOf(result, (note) => ({ state: stateOf(note) }));
        return { op: 'create', id: token, token, outcome };
      },
    );
  };

  const rekey = (worker: number, call: number, { id }: Known) => {
    const token = `n${worker}.${call}`;
    return recorder.record(
      worker,
      call,
      () => any(calls.fleet).update(id, { name: token, rank: aRank() }, options),
      (result) => ({ op: 'update', id, token, isRekeyed: true, outcome: stateIn(result) }),
    );
  };

  const remove = (worker: number, call: number, { id }: Known) =>
    recorder.record(
      worker,
      call,
      () => any(calls.fleet).delete(id, options),
      (result) => {
        known.delete(id);
        return { op: 'delete', id, outcome: outcomeOf(result, (existed) => ({ existed })) };
      },
    );

  const get = (worker: number, call: number, { id }: Known) =>
    recorder.record(
      worker,
      call,
      () => any(calls.fleet).getById(id, { ...options, consistent: true }),
      (result) => ({ op: 'get', id, outcome: stateIn(result) }),
    );

  /** Reads all notes, each page by a random process. */
  const list = (worker: number, call: number) => {
    const order = any(['asc', 'desc'] as const);
    const limit = 1 + Math.floor(random() * 25);
    const pages: number[] = [];
    const read = async () => {
      const found: Seen[] = [];
      let cursor: string | undefined;
      do {
        const query = { index: 'GSI1', pk: notePartition, order, limit, cursor } as const;
        const page = await any(calls.fleet).query(query, options);
        pages.push(page.items.length);
        for (const note of page.items) found.push(seenOf(note));
        cursor = page.cursor;
      } while (cursor !== undefined);
      return found;
    };
    return recorder.record(worker, call, read, (result) => ({
      op: 'list',
      pages,
      outcome: 'value' in result ? { is: 'ok', found: result.value } : listFailure(result.error),
    }));
  };

  return calls;
}

/** A process that reads several shards rejects the cursor of one that reads one shard, and the other way round. Callers then start again. */
const listFailure = (error: unknown) =>
  (error as Error).name === 'InvalidCursorError'
    ? ({ is: 'failed', error: 'InvalidCursorError' } as const)
    : failureOf(error);
