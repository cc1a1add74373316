import { randomUUID } from 'node:crypto';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { DeleteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { ensureTable, transact } from '@aws-starter-kit/dynamo';
import { faultyHandler } from '@aws-starter-kit/dynamo-faults';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FreshTable, freshTable } from '../../../test/fresh-table.js';
import {
  type Change,
  type Checkpoints,
  type FollowOptions,
  followStream,
  memoryCheckpoints,
  tableCheckpoints,
} from '../src/index.js';
import { eventually } from './eventually.js';
import { NoteModel, TallyModel } from './models.js';

let table: FreshTable;
let models: { notes: NoteModel; tallies: TallyModel };
let stops: (() => Promise<void>)[] = [];
beforeEach(async () => {
  const { client, ...rest } = await freshTable();
  table = { client, ...rest, tableName: `test-${randomUUID()}` };
  await ensureTable({ client: table.patient, tableName: table.tableName, stream: true });
  models = { notes: new NoteModel(table), tallies: new TallyModel(table) };
});
afterEach(async () => {
  await Promise.all(stops.map((stop) => stop()));
  stops = [];
});

type NoteChange = Change<typeof models>;
const nameOf = ({ model, type, id, version }: NoteChange) => `${model}.${type} ${id} ${version}`;

function follow(options: Partial<FollowOptions<typeof models>> = {}) {
  const changes: NoteChange[] = [];
  const ended = new AbortController();
  const { client, tableName } = table;
  const done = followStream({
    ...{ models, client, tableName, checkpoints: memoryCheckpoints(), pollMs: 20, signal: ended.signal },
    onChange: (change) => void changes.push(change),
    ...options,
  });
  const stop = () => {
    ended.abort();
    return done;
  };
  stops.push(stop);
  return { changes, stop, names: () => changes.map(nameOf) };
}

describe('a follower of a table', () => {
  it('sees the writes of models, and nothing else', async () => {
    const { notes, tallies } = models;
    const { changes, names } = follow();
    await notes.create({ ref: '1', text: 'Hello', code: 'x' });
    await notes.update('1', { text: 'Bye' });
    await notes.update('1', {}, { increment: { likes: 1 } });
    await transact([notes.creating({ ref: '2' }), tallies.creating({ notes: 1 }, { id: 'a' })], { once: 'key' });
    await notes.delete('1');
    await tableCheckpoints({ name: 'another', ...table }).save('s', { position: '1', isDone: false });
    await notes.delete('2');
    await eventually(() => names().filter((name) => name.startsWith('notes'))).toEqual([
      'notes.created 1 1',
      'notes.updated 1 2',
      'notes.updated 1 2',
      'notes.created 2 1',
      'notes.deleted 1 2',
      'notes.deleted 2 1',
    ]);
    expect(names().filter((name) => !name.startsWith('notes'))).toEqual(['tallies.created a 1']);
    const [created, updated, counted] = changes.filter(({ id }) => id === '1') as Extract<
      NoteChange,
      { model: 'notes' }
    >[];
    expect(created?.after).toEqual({
      id: '1',
      ref: '1',
      text: 'Hello',
      code: 'x',
      createdAt: expect.any(String),
      version: 1,
    });
    expect(updated?.before).toEqual(created?.after);
    expect([counted?.before?.likes, counted?.after?.likes]).toEqual([undefined, 1]);
  });

  it('sees a fenced delete, a create over its tombstone, and no fence', async () => {
    const { notes } = models;
    await notes.create({ ref: '1' });
    const raised = { TableName: table.tableName, Key: { id: 'NOTE#1' }, UpdateExpression: 'SET #fence = :now' };
    const names = {
      ExpressionAttributeNames: { '#fence': '_fence' },
      ExpressionAttributeValues: { ':now': Date.now() },
    };
    await table.client.send(new UpdateCommand({ ...raised, ...names }));
    await notes.delete('1');
    await notes.create({ ref: '1', text: 'again' });
    const follower = follow();
    await eventually(follower.names).toEqual(['notes.created 1 1', 'notes.deleted 1 1', 'notes.created 1 1']);
  });

  it('sees the replacement of an expired entity as expired, then created', async () => {
    const { notes } = models;
    await notes.create({ ref: '1', text: 'old', expiresAt: Math.floor(Date.now() / 1000) - 60 });
    await notes.create({ ref: '1', text: 'new' });
    const { names, changes } = follow();
    await eventually(names).toEqual(['notes.created 1 1', 'notes.expired 1 1', 'notes.created 1 1']);
    expect(changes.slice(1)).toMatchObject([{ before: { text: 'old' } }, { after: { text: 'new' } }]);
    expect(changes[1]?.eventId).toBe(changes[2]?.eventId);
  });

  it('continues after its checkpoints in the table, which cause no checkpoint themselves', async () => {
    const { notes } = models;
    const stored = tableCheckpoints({ name: 'test', ...table });
    const saved: string[] = [];
    const checkpoints: Checkpoints = {
      load: (keys) => stored.load(keys),
      save: async (key, checkpoint) => {
        await stored.save(key, checkpoint);
        saved.push(checkpoint.position);
      },
    };
    await notes.create({ ref: '1' });
    const requests = faultyHandler({ rules: [] }); // counts them
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const { endpoint, region } = table;
    const first = follow({
      checkpoints,
      streamsClient: new DynamoDBStreamsClient({ endpoint, region, credentials, requestHandler: requests }),
    });
    await eventually(first.names).toEqual(['notes.created 1 1']);
    await eventually(() => saved.length).toBe(2); // of the stream, and of the shard
    const read = requests.counts.GetRecords ?? 0;
    await eventually(() => requests.counts.GetRecords).toBeGreaterThan(read + 3); // the records of both checkpoints
    expect(saved).toHaveLength(2);
    await first.stop();
    await notes.update('1', { text: 'later' });
    const second = follow({ checkpoints });
    await eventually(second.names).toEqual(['notes.updated 1 2']);
  });

  it('gives each delivery of a change the same event id', async () => {
    await models.notes.create({ ref: '1' });
    await models.notes.update('1', { text: 'x' });
    const [one, other] = [follow(), follow()];
    for (const { names } of [one, other]) await eventually(names).toHaveLength(2);
    expect(one.changes).toEqual(other.changes);
    expect(new Set(one.changes.map(({ eventId }) => eventId)).size).toBe(2);
  });

  it('sees only its scope, and an entity that leaves it as deleted', async () => {
    const { notes } = models;
    await notes.batchCreate([
      { ref: '1', team: 'a' },
      { ref: '2', team: 'b' },
    ]);
    await notes.update('1', { team: 'b' });
    const seen: string[] = [];
    follow({
      models: { notes: notes.within({ team: 'a' }) } as never,
      onChange: (change) => void seen.push(nameOf(change)),
    });
    await eventually(() => seen).toEqual(['notes.created 1 1', 'notes.deleted 1 1']);
  });

  it('handles many changes concurrently, and in order for each entity', async () => {
    const { notes } = models;
    const refs = ['1', '2', '3', '4'];
    await Promise.all(
      refs.map(async (ref) => {
        await notes.create({ ref });
        for (let i = 0; i < 20; i++) await notes.update(ref, { text: `${i}` });
      }),
    );
    const versions: Record<string, number[]> = {};
    follow({
      concurrency: 4,
      onChange: async ({ id, version }) => {
        await new Promise((resolve) => setImmediate(resolve));
        versions[id] = [...(versions[id] ?? []), version];
      },
    });
    await eventually(() => Object.values(versions).flat()).toHaveLength(84);
    for (const ref of refs) expect(versions[ref]).toEqual(Array.from({ length: 21 }, (_, i) => i + 1));
  });

  it('sees an item that another program removes as deleted', async () => {
    await models.notes.create({ ref: '1' });
    await table.client.send(new DeleteCommand({ TableName: table.tableName, Key: { id: 'NOTE#1' } }));
    await eventually(follow().names).toEqual(['notes.created 1 1', 'notes.deleted 1 1']);
  });
});

it('rejects a table without a stream', async () => {
  const other = await freshTable();
  const options = { models, checkpoints: memoryCheckpoints(), onChange: () => {} };
  await expect(followStream({ ...options, client: other.client, tableName: other.tableName })).rejects.toThrow(
    `Table ${other.tableName} has no stream: run \`pnpm table stream\``,
  );
});
