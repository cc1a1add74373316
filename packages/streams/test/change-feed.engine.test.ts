import { randomUUID } from 'node:crypto';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { ensureTable } from '@aws-starter-kit/dynamo';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type FreshTable, freshTable } from '../../../test/fresh-table.js';
import { type Change, type ChangeFeed, type ChangeFeedOptions, changeFeed, type FeedEvent } from '../src/index.js';
import { NoteModel } from './models.js';

type Models = { notes: NoteModel };
type Event = FeedEvent<Change<Models>>;
let table: FreshTable;
let notes: NoteModel;
let feeds: ChangeFeed<Models>[] = [];
beforeEach(async () => {
  const { client, ...rest } = await freshTable();
  table = { client, ...rest, tableName: `test-${randomUUID()}` };
  await ensureTable({ client: table.patient, tableName: table.tableName, stream: true });
  notes = new NoteModel(table);
});
afterEach(async () => {
  await Promise.all(feeds.map((feed) => feed.close()));
  feeds = [];
});

function open(options: Partial<ChangeFeedOptions<Models>> = {}) {
  const { client, tableName } = table;
  const feed = changeFeed({ models: { notes }, client, tableName, pollMs: 20, ...options });
  feeds.push(feed);
  return feed;
}

/** Subscribes and records the events. Resolves at the first one. */
async function listen(feed: ChangeFeed<Models>, options: Parameters<ChangeFeed<Models>['subscribe']>[0] = {}) {
  const events: Event[] = [];
  const ended = new AbortController();
  let hasEnded = false;
  const done = (async () => {
    for await (const event of feed.subscribe({ signal: ended.signal, ...options })) events.push(event);
  })()
    .catch((error: Error) => error.name)
    .finally(() => {
      hasEnded = true;
    });
  // a poll that nobody awaits would go on, and advance the clock of another test
  await expect.poll(() => hasEnded || events.length > 0).toBe(true);
  const names = () => events.map(({ change }) => (change ? `${change.type} ${change.id}` : 'reset'));
  return { events, names, done, end: () => ended.abort() };
}

it('begins with a reset, after which no change is missed, for all subscribers of one reader', async () => {
  const feed = open();
  await notes.create({ ref: 'before' });
  const [first, second] = await Promise.all([listen(feed), listen(feed)]);
  expect([first.names(), second.names()]).toEqual([['reset'], ['reset']]);
  await notes.create({ ref: 'a' });
  await notes.delete('a');
  for (const { names } of [first, second]) await expect.poll(names).toEqual(['reset', 'created a', 'deleted a']);
  expect(feed.subscribers).toBe(2);
  first.end();
  await first.done;
  expect(feed.subscribers).toBe(1);
});

it('resumes after the last event, and sends a reset if it does not know that event', async () => {
  const feed = open({ kept: 3 });
  const first = await listen(feed);
  for (const ref of ['a', 'b', 'c', 'd']) await notes.create({ ref });
  await expect.poll(() => first.events.length).toBe(5);
  first.end();
  const idOf = (ref: string) => first.events.find(({ change }) => change?.id === ref)?.id ?? '';

  const back = await listen(feed, { after: idOf('c') });
  await expect.poll(back.names).toEqual(['created b', 'created d']); // another process may have passed b on after c
  await notes.create({ ref: 'e' });
  await expect.poll(back.names).toEqual(['created b', 'created d', 'created e']);
  expect((await listen(feed, { after: idOf('a') })).names()).toEqual(['reset']);
});

it('passes on only the changes that a subscriber wants', async () => {
  const feed = open();
  const some = await listen(feed, { wants: ({ entity }) => entity.text === 'mine' });
  const all = await listen(feed);
  await notes.create({ ref: 'a', text: 'theirs' });
  await notes.create({ ref: 'b', text: 'mine' });
  await expect.poll(() => all.events.length).toBe(3);
  expect(some.names()).toEqual(['reset', 'created b']);
});

it('replaces the events of a slow subscriber with a reset if too many wait', async () => {
  const feed = open({ maxWaiting: 2 });
  const other = await listen(feed, { wants: ({ id }) => id === 'd' });
  const slow = feed.subscribe();
  expect((await slow.next()).value).toMatchObject({ id: expect.stringMatching(/^reset-/) });
  for (const ref of ['a', 'b', 'c', 'd']) await notes.create({ ref });
  await expect.poll(other.names).toEqual(['reset', 'created d']);
  const got = [(await slow.next()).value, (await slow.next()).value] as Event[];
  expect(got.map(({ change }) => change?.id)).toEqual([undefined, 'd']);
  await slow.return();
});

it('rejects subscribers above its limit, and accepts others when some leave', async () => {
  const feed = open({ maxSubscribers: 1 });
  const first = await listen(feed);
  expect(await (await listen(feed)).done).toBe('TooManySubscribersError');
  first.end();
  await first.done;
  expect((await listen(feed)).names()).toEqual(['reset']);
});

it('ends all subscriptions when it is closed', async () => {
  const feed = open();
  const first = await listen(feed);
  await feed.close();
  expect(await first.done).toBe('FeedClosedError');
  expect(await (await listen(feed)).done).toBe('FeedClosedError');
});

it('fails for a table without a stream, and tries again for the next subscriber', async () => {
  const plain = await freshTable();
  const feed = open({ tableName: plain.tableName });
  expect(await (await listen(feed)).done).toBe('StreamNotEnabledError');
  expect(await (await listen(feed)).done).toBe('StreamNotEnabledError');
  expect(feed.subscribers).toBe(0);
});

it('releases a subscriber that leaves while the reader cannot start', async () => {
  const unreachable = new DynamoDBStreamsClient({
    region: 'us-east-1',
    endpoint: 'http://127.0.0.1:1',
    maxAttempts: 1,
  });
  const feed = open({ streamsClient: unreachable });
  const ended = new AbortController();
  const next = feed.subscribe({ signal: ended.signal }).next();
  expect(feed.subscribers).toBe(1);
  ended.abort();
  expect(await next).toEqual({ done: true, value: undefined });
  expect(feed.subscribers).toBe(0);

  const another = expect(feed.subscribe().next()).rejects.toThrow('The feed of changes was closed');
  await feed.close();
  await another;
});

it('fails a subscriber alone whose choice of changes fails', async () => {
  const feed = open();
  const failing = await listen(feed, {
    wants: () => {
      throw new TypeError('mine');
    },
  });
  const other = await listen(feed);
  await notes.create({ ref: 'a' });
  await expect.poll(other.names).toEqual(['reset', 'created a']);
  expect(await failing.done).toBe('TypeError');
});
