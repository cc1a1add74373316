import { randomUUID } from 'node:crypto';
import { createDynamoClient, ensureTable, type TableOptions } from '@aws-starter-kit/dynamo';
import { inject } from 'vitest';
import type {} from '../../../test/provided-context.js';
import { accept, attach, comment, invite, openIssue, signIn, signUp } from '../src/actions.js';
import { type Ticketing, ticketing } from '../src/ticketing.js';

const local = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
export const connect = () => createDynamoClient({ ...local, endpoint: inject('endpoint') });

/** A table of its own, and the system over it. */
export async function freshSystem(client = connect(), options: TableOptions = {}) {
  const tableName = `ticketing-${randomUUID()}`;
  await ensureTable({ client, tableName, indexes: 3, ...options });
  return ticketing({ client, tableName });
}

let count = 0;
/** A text that no other call returned. */
export const fresh = (text: string) => `${text}${++count}`;
export const freshEmail = () => `${fresh('member')}@example.com`;
/** A project key: letters only. */
export const freshKey = () => `K${[...String(++count)].map((digit) => 'ABCDEFGHIJ'[Number(digit)]).join('')}`;

/** How the sample's issues differ: each second one is a bug, each third urgent, and each fifth has an assignee and was due last year. */
export const issueNo = (n: number) => ({
  title: `Issue ${n}`,
  priority: n % 3 === 0 ? 1 : 3,
  isBug: n % 2 === 0,
  isAssigned: n % 5 === 0,
  due: '2025-12-31',
});
export const numbers = Array.from({ length: 30 }, (_, i) => i + 1);

/** One organisation: five members, two invitations, a project with 3 labels and 30 issues, one of which has comments and a file. */
export async function sample(db: Ticketing) {
  const slug = fresh('org-');
  const { organisation, admin } = await signUp(db, { name: 'Sample', slug, email: freshEmail(), by: 'Ada' });
  const orgId = organisation.id;
  const others = ['Barbara', 'Carol', 'Donald', 'Edsger'].map((name) => ({ orgId, email: freshEmail(), name }));
  const { success: members } = await db.members.batchCreate(others);
  for (const email of [freshEmail(), freshEmail()]) await invite(db, admin, email);
  const key = freshKey();
  const project = await db.projects.create({ orgId, key, name: 'Web', lastIssue: 30, openIssues: 30 });
  const projectId = project.id;
  await db.labels.batchCreate(['bug', 'docs', 'new'].map((name) => ({ orgId, projectId, name, color: '#ff0000' })));
  const [barbara = admin, carol = admin] = members;
  const { success: issues } = await db.issues.batchCreate(
    numbers.map((number) => {
      const { title, priority, isBug, isAssigned, due } = issueNo(number);
      return {
        ...{ orgId, projectId, number, title, priority },
        ...(isBug && { labels: new Set(['bug']) }),
        ...(isAssigned && { assigneeId: carol.id, due }),
      };
    }),
  );
  const [issue] = issues;
  if (!issue) throw new Error('There are no issues');
  for (const text of ['First', 'Second']) await comment(db, barbara, issue, text, randomUUID());
  await attach(db, barbara, issue, { name: 'screen.png', bytes: 1000 });
  const session = await signIn(db, barbara.id);
  return { orgId, admin, barbara, carol, project, projectId, key, issue, session };
}
export type Sample = Awaited<ReturnType<typeof sample>>;

/** A member who came by an invitation. */
export async function newMember(db: Ticketing, admin: Sample['admin']) {
  return accept(db, await invite(db, admin, freshEmail()), fresh('Member '));
}

/** An issue of its own, as it is now. */
export const newIssue = (db: Ticketing, { admin, projectId }: Sample) =>
  openIssue(db, admin, { projectId, title: fresh('Issue ') });
