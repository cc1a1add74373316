import { randomUUID } from 'node:crypto';
import { ensureTable } from '@aws-starter-kit/dynamo';
import { followStream, memoryCheckpoints, streamHandler } from '@aws-starter-kit/streams';
import { beforeEach, expect, it } from 'vitest';
import { asLambdaRecord } from '../../../packages/streams/test/records.js';
import { recordsOf } from '../../../packages/streams/test/stream-records.js';
import { comment } from '../src/actions.js';
import type { Issue } from '../src/issue.js';
import { countComments } from '../src/projections.js';
import { type Ticketing, ticketing } from '../src/ticketing.js';
import { connect, newIssue, type Sample, sample } from './sample.js';

let table: { client: ReturnType<typeof connect>; tableName: string };
let db: Ticketing;
let data: Sample;
let issues: [Issue, Issue];
beforeEach(async () => {
  table = { client: connect(), tableName: `ticketing-${randomUUID()}` };
  await ensureTable({ ...table, indexes: 3, stream: true });
  db = ticketing(table);
  data = await sample(db);
  issues = [await newIssue(db, data), await newIssue(db, data)];
});

/** Comments on two issues, of which three and two remain. */
async function discuss() {
  const add = (issue: Issue, text: string) => comment(db, data.barbara, issue, text, randomUUID());
  const added = [];
  for (const text of ['one', 'two', 'three', 'four']) added.push(await add(issues[0], text));
  for (const text of ['five', 'six']) await add(issues[1], text);
  const [first, second] = added;
  if (first && second) {
    await db.comments.update(first.id, { text: 'edited' });
    await db.comments.delete(second.id);
  }
}

const counted = async () => {
  const found = await db.issues.getByIds([data.issue.id, ...issues.map(({ id }) => id)], { consistent: true });
  return found.map((issue) => issue?.comments);
};

it('counts the comments of each issue exactly, although each record is delivered twice, in other batches', async () => {
  await discuss();
  const handler = streamHandler({ comments: db.comments }, { onChange: countComments(db), concurrency: 4 });
  const Records = (await recordsOf(table)).map(asLambdaRecord);
  const half = Math.floor(Records.length / 2);
  for (const batch of [Records.slice(0, half + 5), Records.slice(half), Records])
    expect(await handler({ Records: batch })).toEqual({ batchItemFailures: [] });
  expect(await counted()).toEqual([2, 3, 2]);
  expect(await counted()).toEqual(await Promise.all([data.issue, ...issues].map(commentsOf)));
});

const commentsOf = async ({ orgId, projectId, number }: Issue) =>
  (await db.thread.query({ of: { orgId, projectId, number } })).items.comments.length;

it('counts new comments without changing the version of their issue', async () => {
  const ended = new AbortController();
  const followed = followStream({
    ...table,
    models: { comments: db.comments },
    onChange: countComments(db),
    checkpoints: memoryCheckpoints(),
    signal: ended.signal,
    pollMs: 20,
  });
  await discuss();
  await expect.poll(counted).toEqual([2, 3, 2]);
  const { version } = issues[0];
  const edited = await db.issues.update(issues[0].id, { title: 'Edited' }, { expectedVersion: version });
  expect(edited).toMatchObject({ comments: 3, version: version + 1 });
  ended.abort();
  await followed;
});
