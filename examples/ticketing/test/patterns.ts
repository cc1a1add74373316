import { randomUUID } from 'node:crypto';
import { snapshot } from '@aws-starter-kit/dynamo';
import {
  accept,
  assign,
  attach,
  comment,
  createProject,
  deleteProject,
  invite,
  openIssue,
  removeMember,
  setRole,
  setStatus,
  signIn,
  signUp,
  unassignAll,
} from '../src/actions.js';
import { issueId } from '../src/issue.js';
import type { Ticketing } from '../src/ticketing.js';
import { fresh, freshEmail, freshKey, newIssue, newMember, type Sample } from './sample.js';

type Call = () => Promise<unknown>;
type Pattern = (sample: Ticketing & Sample & { db: Ticketing }) => Call | Promise<Call>;

const number = 1;
const name = 'Somebody';
const today = '2026-11-29';
const year = '2026';

async function editedComment({ db, barbara, issue }: Sample & { db: Ticketing }): Promise<string> {
  const { id = '' } = (await comment(db, barbara, issue, 'First', randomUUID())) ?? {};
  await db.comments.update(id, { text: 'Second' });
  return id;
}

/** Each read by its name: the call, as the README has it. */
export const reads = {
  'everything of an organisation, in pages of 100':
    ({ everything, orgId }) =>
    () =>
      everything.query({ of: { id: orgId, orgId } }),
  'an issue with its comments and files':
    ({ thread, orgId, projectId }) =>
    () =>
      thread.query({ of: { orgId, projectId, number } }),
  'where an email is a member or invited':
    ({ person, barbara: { email } }) =>
    () =>
      person.query({ of: { email } }),
  'members, by name':
    ({ members, orgId }) =>
    () =>
      members.query({ index: 'GSI1', of: { orgId } }),
  'a member, by email':
    ({ members, orgId, barbara: { email } }) =>
    () =>
      members.getByUnique({ orgId, email }),
  'pending invitations':
    ({ invitations, orgId }) =>
    () =>
      invitations.query({ index: 'GSI1', of: { orgId } }),
  'a session and its member, at one moment':
    ({ sessions, members, session, barbara: { id } }) =>
    () =>
      snapshot([sessions.getting(session.id), members.getting(id)]),
  'sessions of a member':
    ({ sessions, barbara: { id: memberId } }) =>
    () =>
      sessions.query({ index: 'GSI2', of: { memberId } }),
  'projects, by key':
    ({ projects, orgId }) =>
    () =>
      projects.query({ index: 'GSI1', of: { orgId } }),
  'a project, by its key':
    ({ projects, orgId, key }) =>
    () =>
      projects.getByUnique({ orgId, key }),
  'labels of a project':
    ({ labels, orgId, projectId }) =>
    () =>
      labels.query({ index: 'GSI1', of: { orgId, projectId } }),
  'an issue, by its number':
    ({ issues, projectId }) =>
    () =>
      issues.getById(issueId(projectId, number)),
  'open issues, the newest 20':
    ({ issues, projectId }) =>
    () =>
      issues.query({ index: 'GSI2', of: { projectId, status: 'open' }, order: 'desc', limit: 20 }),
  'the 20 before a page': async ({ issues, projectId }) => {
    const query = { index: 'GSI2', of: { projectId, status: 'open' }, order: 'desc', limit: 20 } as const;
    const { cursor } = await issues.query(query);
    const { start } = await issues.query({ ...query, cursor });
    return () => issues.query({ ...query, before: start });
  },
  'numbers and titles alone':
    ({ issues, projectId }) =>
    () =>
      issues.query({ index: 'GSI2', of: { projectId, status: 'open' }, attributes: ['number', 'title'], limit: 20 }),
  'open bugs that are urgent':
    ({ issues, projectId }) =>
    () =>
      issues.query({
        index: 'GSI2',
        of: { projectId, status: 'open' },
        filter: { labels: { contains: 'bug' }, priority: { lte: 2 } },
      }),
  'the number of open issues':
    ({ issues, projectId }) =>
    () =>
      issues.count({ index: 'GSI2', of: { projectId, status: 'open' } }),
  'overdue issues of a member':
    ({ issues, carol: { id: assigneeId } }) =>
    () =>
      issues.query({ index: 'GSI3', of: { assigneeId, status: 'open' }, to: { due: today } }),
  'what was done to something':
    ({ audit, orgId: targetId }) =>
    () =>
      audit.query({ index: 'GSI2', of: { targetId }, order: 'desc' }),
  'what was done since':
    ({ audit, orgId }) =>
    () =>
      audit.query({ index: 'GSI1', of: { orgId }, from: { createdAt: year } }),
} satisfies Record<string, Pattern>;

/** Each write by its name: what it needs, and the call. */
const writes = {
  'sign up': ({ db }) => {
    const email = freshEmail();
    return () => signUp(db, { name, slug: fresh('org-'), email, by: 'Ada' });
  },
  invite: ({ db, admin }) => {
    const email = freshEmail();
    return () => invite(db, admin, email);
  },
  'accept an invitation': async ({ db, admin }) => {
    const invitation = await invite(db, admin, freshEmail());
    return () => accept(db, invitation, name);
  },
  'sign in':
    ({ db, barbara: { id: memberId } }) =>
    () =>
      signIn(db, memberId),
  'stay signed in': async ({ db, sessions, barbara }) => {
    const session = await signIn(db, barbara.id);
    const expiresAt = session.expiresAt + 60;
    return () => sessions.update(session.id, { expiresAt });
  },
  'sign out': async ({ db, sessions, barbara }) => {
    const session = await signIn(db, barbara.id);
    return () => sessions.delete(session.id);
  },
  'make a member an admin': async ({ db, admin }) => {
    const member = await newMember(db, admin);
    return () => setRole(db, admin, member, 'admin');
  },
  'change an email': async ({ db, members, admin }) => {
    const member = await newMember(db, admin);
    const email = freshEmail();
    return () => members.update(member.id, { email });
  },
  'remove a member with one session': async ({ db, admin }) => {
    const member = await newMember(db, admin);
    await signIn(db, member.id);
    return () => removeMember(db, admin, member);
  },
  'create a project': ({ db, admin }) => {
    const key = freshKey();
    return () => createProject(db, admin, { key, name });
  },
  'change its key': async ({ db, projects, admin }) => {
    const project = await createProject(db, admin, { key: freshKey(), name });
    const key = freshKey();
    return () => projects.update(project.id, { key });
  },
  'rename it': async ({ db, projects, admin }) => {
    const project = await createProject(db, admin, { key: freshKey(), name });
    return () => projects.update(project.id, { name }, { expectedVersion: project.version });
  },
  'delete it, if it never had an issue': async ({ db, admin }) => {
    const project = await createProject(db, admin, { key: freshKey(), name });
    return () => deleteProject(db, admin, project);
  },
  'define a label, new or not': async ({ labels, orgId, projectId }) => {
    const label = { orgId, projectId, name: 'bug', color: '#00ff00' };
    const id = await labels.newId(label);
    return () => labels.upsert(id, label);
  },
  'open an issue under the next number':
    ({ db, admin, projectId }) =>
    () =>
      openIssue(db, admin, { projectId, title: name }),
  'edit an issue as it was seen': async (sample) => {
    const { issues } = sample;
    const { id, version } = await newIssue(sample.db, sample);
    return () => issues.update(id, { title: name }, { expectedVersion: version });
  },
  'label an issue': async (sample) => {
    const { issues } = sample;
    const { id } = await newIssue(sample.db, sample);
    return () => issues.update(id, {}, { addToSet: { labels: ['bug', 'new'] } });
  },
  'close an issue': async (sample) => {
    const { db, admin } = sample;
    const issue = await newIssue(db, sample);
    return () => setStatus(db, admin, issue, 'closed');
  },
  'assign an issue': async (sample) => {
    const { db, admin, carol } = sample;
    const issue = await newIssue(db, sample);
    return () => assign(db, admin, issue, carol.id);
  },
  comment:
    ({ db, barbara, issue }) =>
    () =>
      comment(db, barbara, issue, 'Third', randomUUID()),
  'attach a file':
    ({ db, barbara, issue }) =>
    () =>
      attach(db, barbara, issue, { name: 'log.txt', bytes: 10 }),
  'the edits of a comment': async (sample) => {
    const { comments } = sample;
    const id = await editedComment(sample);
    return () => comments.versionsOf(id);
  },
  'undo an edit of a comment': async (sample) => {
    const { comments } = sample;
    const id = await editedComment(sample);
    return () => comments.revert(id, 1);
  },
  'take two issues from their assignee': async (sample) => {
    const { db, admin } = sample;
    const { id: memberId } = await newMember(db, admin);
    for (const _ of [1, 2]) await assign(db, admin, await newIssue(db, sample), memberId);
    return () => unassignAll(db, memberId);
  },
} satisfies Record<string, Pattern>;

export const patterns = { ...reads, ...writes };
export type PatternName = keyof typeof patterns;
