import { setTimeout } from 'node:timers/promises';
import {
  type CallOptions,
  ConditionFailedError,
  EntityNotFoundError,
  TransactionPartError,
  transact,
} from '@aws-starter-kit/dynamo';
import { type Issue, issueId, type NewIssue } from './issue.js';
import type { Invitation, Member } from './organisation.js';
import type { Project } from './project.js';
import type { Ticketing } from './ticketing.js';

/** The member who acts. Whether they may is for the caller to decide; here is what has to hold in the same moment as the change. */
type Actor = Pick<Member, 'id' | 'orgId'>;

const noted = ({ audit }: Ticketing, { id, orgId }: Actor, action: string, targetId: string) =>
  audit.creating({ orgId, actorId: id, action, targetId });

/** Creates an organisation with its first member, an admin. */
export async function signUp(
  db: Ticketing,
  { name, slug, email, by }: Record<'name' | 'slug' | 'email' | 'by', string>,
) {
  const orgId = await db.organisations.newId();
  const id = await db.members.newId();
  const [organisation, admin] = await transact([
    db.organisations.creating({ name, slug }, { id: orgId }),
    db.members.creating({ orgId, email, name: by, role: 'admin' }, { id }),
    noted(db, { id, orgId }, 'sign up', orgId),
  ]);
  return { organisation, admin };
}

export async function invite(db: Ticketing, actor: Actor, email: string) {
  const id = await db.invitations.newId();
  const [invitation] = await transact([
    db.invitations.creating({ orgId: actor.orgId, email }, { id }),
    db.organisations.checking(actor.orgId),
    noted(db, actor, 'invite', id),
  ]);
  return invitation;
}

/** Turns an invitation into a member: once, and only before it expires. */
export async function accept(db: Ticketing, { id, orgId, email }: Invitation, name: string) {
  const memberId = await db.members.newId();
  const [, member] = await transact([
    db.invitations.deleting(id, { mustExist: true }),
    db.members.creating({ orgId, email, name }, { id: memberId }),
    noted(db, { id: memberId, orgId }, 'accept', id),
  ]);
  return member;
}

export async function signIn(db: Ticketing, memberId: string) {
  const [session] = await transact([db.sessions.creating({ memberId }), db.members.checking(memberId)]);
  return session;
}

/** Changes a role, and counts the admins: one always remains. */
export async function setRole(db: Ticketing, actor: Actor, { id, orgId }: Member, role: Member['role']) {
  const [by, fewest] = role === 'admin' ? [1, 1] : [-1, 2];
  const [member] = await transact([
    db.members.updating(id, { role }, { if: { role: { ne: role } } }),
    db.organisations.updating(
      orgId,
      {},
      { if: { admins: { gte: fewest } }, increment: { admins: by }, returns: 'none' },
    ),
    noted(db, actor, role, id),
  ]);
  return member;
}

/** Removes a member with their sessions; an admin has to be made a member first. */
export async function removeMember(db: Ticketing, actor: Actor, { id }: Member) {
  await transact([
    db.members.deleting(id, { mustExist: true, if: { role: 'member' } }),
    noted(db, actor, 'remove', id),
  ]);
  for await (const page of db.sessions.queryPages({ index: 'GSI2', of: { memberId: id } })) {
    await db.sessions.batchDelete(page.map((session) => session.id));
  }
}

export async function createProject(db: Ticketing, actor: Actor, { key, name }: Pick<Project, 'key' | 'name'>) {
  const id = await db.projects.newId();
  const [project] = await transact([
    db.projects.creating({ orgId: actor.orgId, key, name }, { id }),
    db.organisations.checking(actor.orgId),
    noted(db, actor, 'create', id),
  ]);
  return project;
}

/** Deletes a project that never had an issue. */
export const deleteProject = (db: Ticketing, actor: Actor, { id }: Project) =>
  transact([db.projects.deleting(id, { mustExist: true, if: { lastIssue: 0 } }), noted(db, actor, 'delete', id)]);

/** Opens an issue under the next number of its project: without holes, and again where another one took the number first. */
export async function openIssue(
  db: Ticketing,
  { id, orgId }: Actor,
  { projectId, ...issue }: NewIssue,
  options: CallOptions = {},
) {
  for (let attempt = 1; ; attempt++) {
    const read = { ...options, consistent: true, attributes: ['lastIssue'] } as const;
    const project = await db.projects.within({ orgId }).getById(projectId, read);
    if (!project) throw new EntityNotFoundError('Project', projectId);
    const { lastIssue } = project;
    const next = { if: { lastIssue }, increment: { lastIssue: 1, openIssues: 1 }, returns: 'none' } as const;
    const parts = [
      db.projects.updating(projectId, {}, next),
      db.issues.creating({ ...issue, orgId, projectId, number: lastIssue + 1 }),
      db.members.within({ orgId }).checking(id),
    ] as const;
    try {
      const [, opened] = await transact(parts, options);
      return opened;
    } catch (error) {
      if (!wasTaken(error)) throw error;
      await setTimeout(Math.random() * 20 * attempt);
    }
  }
}

/** Returns the open issues most like a text, by its embedding: to be read before another one is opened. */
export const similarIssues = (db: Ticketing, { orgId }: Actor, near: number[]) =>
  db.issues.within({ orgId }).search({ near, filter: { status: 'open' }, attributes: ['title'], limit: 5 });

const wasTaken = (error: unknown) =>
  error instanceof TransactionPartError && error.part === 0 && error.cause instanceof ConditionFailedError;

export async function setStatus(db: Ticketing, actor: Actor, { id, projectId }: Issue, status: Issue['status']) {
  const by = status === 'open' ? 1 : -1;
  const [issue] = await transact([
    db.issues.updating(id, { status }, { if: { status: { ne: status } } }),
    db.projects.updating(projectId, {}, { increment: { openIssues: by }, returns: 'none' }),
    noted(db, actor, status, id),
  ]);
  return issue;
}

export async function assign(db: Ticketing, actor: Actor, { id, orgId }: Issue, assigneeId: string) {
  const [issue] = await transact([
    db.issues.within({ orgId }).updating(id, { assigneeId }),
    db.members.within({ orgId }).checking(assigneeId),
    noted(db, actor, 'assign', id),
  ]);
  return issue;
}

/** Takes the open issues of a member from them. Returns those that it could not take, to be tried again. */
export async function unassignAll(db: Ticketing, memberId: string) {
  const failures = [];
  for await (const page of db.issues.queryPages({ index: 'GSI3', of: { assigneeId: memberId, status: 'open' } })) {
    const ids = page.map(({ id }) => id);
    failures.push(...(await db.issues.batchUpdate(ids, { assigneeId: null }, { if: { assigneeId: memberId } })).failed);
  }
  return failures;
}

/** What members add to an issue: both have to be there still. */
const onto = (db: Ticketing, { id, orgId }: Actor, { projectId, number }: Issue) => ({
  place: { orgId, projectId, number, authorId: id },
  checks: [db.issues.within({ orgId }).checking(issueId(projectId, number)), db.members.checking(id)] as const,
});

/** Adds a comment, once for each key of the client's, however often it repeats the call. Null: the comment was deleted since. */
export async function comment(db: Ticketing, actor: Actor, issue: Issue, text: string, once: string) {
  const { place, checks } = onto(db, actor, issue);
  const [added] = await transact([db.comments.creating({ ...place, text }), ...checks], { once });
  return added;
}

export async function attach(db: Ticketing, actor: Actor, issue: Issue, file: { name: string; bytes: number }) {
  const { place, checks } = onto(db, actor, issue);
  const [added] = await transact([db.attachments.creating({ ...place, ...file }), ...checks]);
  return added;
}
