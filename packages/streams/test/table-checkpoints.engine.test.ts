import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { type FreshTable, freshTable } from '../../../test/fresh-table.js';
import { type Checkpoints, memoryCheckpoints, tableCheckpoints } from '../src/index.js';
import { NoteModel } from './models.js';

let table: FreshTable;
beforeEach(async () => {
  table = await freshTable();
});

const open = (position: string) => ({ position, isDone: false });
const done = (position: string) => ({ position, isDone: true });

describe.each<[string, () => Checkpoints]>([
  ['memory', memoryCheckpoints],
  ['the table', () => tableCheckpoints({ name: 'test', ...table })],
])('checkpoints in %s', (_, create) => {
  it('are returned as they were saved, by key', async () => {
    const checkpoints = create();
    await checkpoints.save('a', open('000000000000000000007'));
    await checkpoints.save('b', done(''));
    expect(await checkpoints.load(['a', 'b', 'c'])).toEqual(
      new Map([
        ['a', open('000000000000000000007')],
        ['b', done('')],
      ]),
    );
    expect(await checkpoints.load([])).toEqual(new Map());
  });

  it('only move forward, whichever follower saves them', async () => {
    const checkpoints = create();
    const stored = async () => (await checkpoints.load(['a'])).get('a');
    for (const position of ['9', '10', '9', '']) await checkpoints.save('a', open(position));
    expect(await stored()).toEqual(open('10'));
    await checkpoints.save('a', open('1'.padEnd(40, '0')));
    await checkpoints.save('a', done('1'.padEnd(40, '0')));
    await checkpoints.save('a', open('9'.repeat(40)));
    expect(await stored()).toEqual(done('1'.padEnd(40, '0')));
  });

  it('are found among more keys than one batch can have', async () => {
    const checkpoints = create();
    await checkpoints.save('key 205', open('1'));
    const keys = Array.from({ length: 250 }, (_, i) => `key ${i}`);
    expect([...(await checkpoints.load(keys)).keys()]).toEqual(['key 205']);
  });
});

describe('checkpoints in the table', () => {
  it('are separate for each name', async () => {
    await tableCheckpoints({ name: 'one', ...table }).save('a', open('1'));
    expect(await tableCheckpoints({ name: 'two', ...table }).load(['a'])).toEqual(new Map());
  });

  it('are items that no model sees, and that expire after a week', async () => {
    await tableCheckpoints({ name: 'one', ...table }).save('a', open('1'));
    expect(await new NoteModel(table).scanAll()).toEqual([]);
    const Key = { id: '#CHECKPOINT#one#a' };
    const { Item } = await table.client.send(new GetCommand({ TableName: table.tableName, Key }));
    expect(Item).toMatchObject({ position: '1', isDone: false });
    expect(Item?.expiresAt - Date.now() / 1000).toBeGreaterThan(6.9 * 86_400);
  });

  it.each(['', 'a b', 'a#b', 'x'.repeat(101)])('reject the name %j', (name) => {
    expect(() => tableCheckpoints({ name })).toThrow('it takes 1 to 100 of a-z A-Z 0-9 _ . -');
  });
});
