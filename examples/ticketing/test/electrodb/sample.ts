import { randomUUID } from 'node:crypto';
import { CreateTableCommand, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { connect, fresh, freshEmail, freshKey, issueNo, numbers } from '../sample.js';
import { accept, invite, signIn, signUp } from './member-actions.js';
import { attach, comment, openIssue } from './project-actions.js';
import { type Ticketing, threads, ticketing } from './ticketing.js';

const pairs = [
  ['pk', 'sk'],
  ['gsi1pk', 'gsi1sk'],
  ['gsi2pk', 'gsi2sk'],
] as const;
const keySchema = ([pk, sk]: (typeof pairs)[number]) => [
  { AttributeName: pk, KeyType: 'HASH' as const },
  { AttributeName: sk, KeyType: 'RANGE' as const },
];

/** A table as ElectroDB's documents have it, and the system over it. */
export async function freshSystem(client = connect()) {
  const TableName = `electrodb-${randomUUID()}`;
  const [primary, ...others] = pairs;
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: pairs.flat().map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: keySchema(primary),
      GlobalSecondaryIndexes: others.map((pair, i) => ({
        IndexName: `gsi${i + 1}`,
        KeySchema: keySchema(pair),
        Projection: { ProjectionType: 'ALL' },
      })),
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 1 }, { TableName });
  return { db: ticketing(client, TableName), threads: threads(client, TableName) };
}

/** The same as ours: one organisation, five members, two invitations, a project with 3 labels and 30 issues. */
export async function sample(db: Ticketing) {
  const admin = await signUp(db, { name: 'Sample', slug: fresh('org-'), email: freshEmail(), by: 'Ada' });
  const { orgId } = admin;
  const members = ['Barbara', 'Carol', 'Donald', 'Edsger'].map((name) => ({
    ...{ orgId, memberId: randomUUID(), email: freshEmail(), name },
  }));
  await db.entities.member.put(members).go();
  await db.entities.claim
    .put(members.map(({ memberId, email }) => ({ what: `member#${orgId}`, value: email, ownerId: memberId })))
    .go();
  for (const email of [freshEmail(), freshEmail()]) await invite(db, admin, email);
  const [key, projectId] = [freshKey(), randomUUID()];
  await db.entities.project.create({ orgId, id: projectId, key, name: 'Web', lastIssue: 30, openIssues: 30 }).go();
  await db.entities.claim.create({ what: `project#${orgId}`, value: key, ownerId: projectId }).go();
  await db.entities.label
    .put(['bug', 'docs', 'new'].map((name) => ({ orgId, projectId, name, color: '#ff0000' })))
    .go();
  const [barbara, carol] = members;
  if (!barbara || !carol) throw new Error('There are no members');
  const issues = numbers.map((number) => {
    const { title, priority, isBug, isAssigned, due } = issueNo(number);
    return {
      ...{ orgId, projectId, number, title, priority },
      ...(isBug && { labels: ['bug'] }),
      ...(isAssigned && { assigneeId: carol.memberId, due }),
    };
  });
  await db.entities.issue.put(issues).go();
  const place = { orgId, projectId, number: 1 };
  for (const text of ['First', 'Second']) await comment(db, barbara, place, text);
  await attach(db, barbara, place, { name: 'screen.png', bytes: 1000 });
  const session = await signIn(db, barbara);
  return { orgId, admin, barbara, carol, projectId, key, session };
}
export type Sample = Awaited<ReturnType<typeof sample>>;

export async function newMember(db: Ticketing, admin: Sample['admin']) {
  const invitation = await invite(db, admin, freshEmail());
  return { ...(await accept(db, invitation, fresh('Member '))), email: invitation.email };
}

export async function newIssue(db: Ticketing, { admin, projectId }: Sample) {
  const key = await openIssue(db, admin, { projectId, title: fresh('Issue ') });
  const { data } = await db.entities.issue.get(key).go({ consistent: true });
  if (!data) throw new Error('There is no issue');
  return data;
}
