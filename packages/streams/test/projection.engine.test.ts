import { randomUUID } from 'node:crypto';
import { ensureTable } from '@aws-starter-kit/dynamo';
import { beforeEach, describe, expect, it } from 'vitest';
import { type FreshTable, freshTable } from '../../../test/fresh-table.js';
import { type Change, projection, rebuild, streamHandler } from '../src/index.js';
import { eventually } from './eventually.js';
import { NoteModel, TallyModel } from './models.js';
import { asLambdaRecord } from './records.js';
import { recordsOf } from './stream-records.js';

type NoteChange = Change<{ notes: NoteModel }>;

let table: Pick<FreshTable, 'client' | 'tableName'>;
let notes: NoteModel;
let tallies: TallyModel;
beforeEach(async () => {
  const { client, patient } = await freshTable();
  table = { client, tableName: `test-${randomUUID()}` };
  await ensureTable({ client: patient, tableName: table.tableName, stream: true });
  notes = new NoteModel(table);
  tallies = new TallyModel(table);
  for (const id of ['a', 'b']) await tallies.create({ notes: 0 }, { id });
});

const plus = (team: string, by: number) => tallies.updating(team, {}, { increment: { notes: by }, returns: 'none' });

/** Counts the notes of each team. */
const count = (name = 'notes-of-teams') =>
  projection(name, ({ before, after }: NoteChange) =>
    before?.team === after?.team
      ? []
      : [...(before?.team ? [plus(before.team, -1)] : []), ...(after?.team ? [plus(after.team, 1)] : [])],
  );

const counted = async () => (await tallies.getByIds(['a', 'b'], { consistent: true })).map((tally) => tally?.notes);
const events = async () => (await recordsOf(table)).map(asLambdaRecord);

/** Ten notes of two teams; one is deleted, one changes its team, one has none at first. */
async function writeNotes() {
  for (let i = 0; i < 10; i++) await notes.create({ ref: `${i}`, ...(i > 0 && { team: i % 2 ? 'a' : 'b' }) });
  await notes.delete('1');
  await notes.update('2', { team: 'a' });
  await notes.update('3', { text: 'stays' });
  await notes.update('0', { team: 'b' });
}

describe('a projection', () => {
  it('is exact although each record is delivered twice, in other batches and concurrently', async () => {
    await writeNotes();
    const handler = streamHandler({ notes }, { onChange: count(), concurrency: 5 });
    const Records = await events();
    for (const [from, to] of [
      [0, 7],
      [3, 12],
      [0, 4],
      [10, Records.length],
      [0, Records.length],
    ])
      expect(await handler({ Records: Records.slice(from, to) })).toEqual({ batchItemFailures: [] });
    expect(await counted()).toEqual([5, 4]);
  });

  it('is exact although two processes deliver the same records at the same time', async () => {
    await writeNotes();
    const Records = await events();
    const handlers = [1, 2, 3].map(() => streamHandler({ notes }, { onChange: count(), concurrency: 3 }));
    await Promise.all(handlers.map((handler) => handler({ Records })));
    expect(await counted()).toEqual([5, 4]);
  });

  it('writes nothing for a change without effects', async () => {
    await notes.create({ ref: '1' });
    const before = (await events()).length;
    await streamHandler({ notes }, { onChange: count() })({ Records: await events() });
    expect(await events()).toHaveLength(before);
  });

  it('starts over under another name', async () => {
    await notes.create({ ref: '1', team: 'a' });
    for (const name of ['one', 'two', 'one'])
      await streamHandler({ notes }, { onChange: count(name) })({ Records: await events() });
    expect(await counted()).toEqual([2, 0]);
  });

  it('keeps the writes of an earlier version of its code for a change', async () => {
    await notes.create({ ref: '1', team: 'a' });
    const Records = await events();
    const double = projection('notes-of-teams', ({ after }: NoteChange) => [plus(after?.team ?? '', 2)]);
    expect(await streamHandler({ notes }, { onChange: count() })({ Records })).toEqual({ batchItemFailures: [] });
    expect(await streamHandler({ notes }, { onChange: double })({ Records })).toEqual({ batchItemFailures: [] });
    expect(await counted()).toEqual([1, 0]);
  });

  it('fails if an entity to update is missing, and continues once it exists', async () => {
    await notes.create({ ref: '1', team: 'c' });
    const Records = await events();
    const handler = streamHandler({ notes }, { onChange: count(), logger: { error: () => {} } });
    const { batchItemFailures } = await handler({ Records });
    expect(batchItemFailures).toHaveLength(1);
    await tallies.create({ notes: 0 }, { id: 'c' });
    expect(await handler({ Records })).toEqual({ batchItemFailures: [] });
    expect((await tallies.getById('c', { consistent: true }))?.notes).toBe(1);
  });
});

describe('a rebuild', () => {
  const totalsOf = async (models: { notes: NoteModel }) => {
    const totals: Record<string, number> = { a: 0, b: 0 };
    const isIncluded = await rebuild({
      models,
      onEntity: ({ team }) => {
        if (team) totals[team] = (totals[team] ?? 0) + 1;
      },
    });
    for (const [id, total] of Object.entries(totals)) await tallies.update(id, { notes: total });
    return isIncluded;
  };

  it('returns the totals of all entities, and skips the changes that they include', async () => {
    await writeNotes();
    await notes.create({ ref: 'gone', team: 'a' });
    const handled = (await events()).length; // the position of the handler when it was stopped
    await notes.delete('gone');
    await notes.create({ ref: 'twice', team: 'a' });
    await notes.delete('twice');
    await notes.create({ ref: 'twice', team: 'b' });
    const isIncluded = await totalsOf({ notes });
    expect(await counted()).toEqual([5, 5]);
    await notes.update('4', { team: 'a' });
    await notes.delete('6');
    await notes.create({ ref: '10', team: 'a' });
    await notes.delete('twice');
    const keep = count('rebuilt');
    const onChange = async (change: NoteChange) => {
      if (!isIncluded(change)) await keep(change);
    };
    await streamHandler({ notes }, { onChange })({ Records: (await events()).slice(handled) });
    expect(await counted()).toEqual([7, 2]);
    const left = await notes.scanAll({ consistent: true });
    expect(['a', 'b'].map((team) => left.filter((note) => note.team === team).length)).toEqual([7, 2]);
  });

  it('is exact while others write', async () => {
    await writeNotes();
    let isOver = false;
    let rounds = 0;
    const writers = ['x', 'y', 'z'].map(async (name) => {
      for (let i = 0; !isOver; i++) {
        const ref = `${name}${i % 5}`;
        await notes.create({ ref, team: 'a' });
        await notes.update(ref, { team: i % 2 ? 'b' : 'a' });
        if (!isOver) await notes.delete(ref);
        rounds++;
      }
    });
    await eventually(() => rounds).toBeGreaterThan(20);
    const handled = (await events()).length;
    const isIncluded = await totalsOf({ notes });
    isOver = true;
    await Promise.all(writers);
    const keep = count('rebuilt');
    const onChange = async (change: NoteChange) => {
      if (!isIncluded(change)) await keep(change);
    };
    await streamHandler({ notes }, { onChange })({ Records: (await events()).slice(handled) });
    const left = await notes.scanAll({ consistent: true });
    expect(await counted()).toEqual(['a', 'b'].map((team) => left.filter((note) => note.team === team).length));
  });
});
