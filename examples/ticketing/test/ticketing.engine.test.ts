import { createHash, randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, expectTypeOf, inject, it } from 'vitest';
import {
  accept,
  assign,
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
  similarIssues,
  unassignAll,
} from '../src/actions.js';
import { embedding, type Issue } from '../src/issue.js';
import type { Member } from '../src/organisation.js';
import type { Project } from '../src/project.js';
import type { Ticketing } from '../src/ticketing.js';
import { connect, fresh, freshEmail, freshKey, freshSystem, newMember, type Sample, sample } from './sample.js';

let db: Ticketing;
let acme: Sample;
beforeAll(async () => {
  db = await freshSystem();
  acme = await sample(db);
});

const partFailed = (part: number, name: string) => ({ name: 'TransactionPartError', part, cause: { name } });
const consistent = { consistent: true } as const;
const newProject = () => createProject(db, acme.admin, { key: freshKey(), name: 'Project' });
const past = Math.floor(Date.now() / 1000) - 1;

/** Texts are similar where they share a word: a stand-in for an embedding model. */
const embed = (text: string) => {
  const vector = Array.from({ length: embedding.dimensions }, () => 0);
  for (const word of text.toLowerCase().split(' ')) {
    vector[createHash('sha256').update(word).digest()[0] ?? 0] = 1;
  }
  return vector;
};

it.runIf(inject('engine') === 'dynoxide')(
  'similar issues are found among the open ones of the organisation',
  async () => {
    const searched = await freshSystem(connect(), { vectors: [embedding] });
    const [mine, other] = [await sample(searched), await sample(searched)];
    const open = async ({ admin, projectId }: Sample, title: string) =>
      openIssue(searched, admin, { projectId, title, embedding: embed(title) });
    await open(mine, 'Sign-in fails on Safari');
    await open(mine, 'Dark mode');
    await open(other, 'Sign-in fails on Firefox');
    await setStatus(searched, mine.admin, await open(mine, 'Sign-in fails on Edge'), 'closed');
    const found = await similarIssues(searched, mine.admin, embed('Sign-in fails'));
    expect(found.map(({ entity }) => entity.title)).toEqual(['Sign-in fails on Safari', 'Dark mode']);
  },
);

describe('issues', () => {
  it('opened at the same time are numbered without a hole and without a double', async () => {
    const { id: projectId } = await newProject();
    const opened = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        openIssue(db, acme.admin, { projectId, title: `Issue ${i}` }, { deadlineMs: 60_000 }),
      ),
    );
    const expected = Array.from({ length: 20 }, (_, i) => i + 1);
    expect(opened.map(({ number }) => number).sort((a, b) => a - b)).toEqual(expected);
    const board = await db.issues.query({ index: 'GSI2', of: { projectId, status: 'open' } });
    expect(board.items.map(({ number }) => number)).toEqual(expected);
    expect(await db.projects.getById(projectId, consistent)).toMatchObject({ lastIssue: 20, openIssues: 20 });
  });

  it('opened while somebody renames their project do not fail the form', async () => {
    const { id: projectId, version } = await newProject();
    await openIssue(db, acme.admin, { projectId, title: 'x' });
    const renamed = db.projects.update(projectId, { name: 'Renamed' }, { expectedVersion: version });
    expect(await renamed).toMatchObject({ name: 'Renamed', lastIssue: 1, openIssues: 1, version: version + 1 });
  });

  it('are not opened in a project of another organisation, or by somebody who is no member', async () => {
    const { admin } = await signUp(db, { name: 'Other', slug: fresh('org-'), email: freshEmail(), by: 'Eve' });
    const { projectId } = acme;
    const foreign = openIssue(db, admin, { projectId, title: 'x' });
    await expect(foreign).rejects.toMatchObject({ name: 'EntityNotFoundError' });
    const stranger = openIssue(db, { ...acme.admin, id: admin.id }, { projectId, title: 'x' });
    await expect(stranger).rejects.toMatchObject(partFailed(2, 'EntityNotFoundError'));
  });

  it('are closed once, however often they are closed, and counted', async () => {
    const { id: projectId } = await newProject();
    const issue = await openIssue(db, acme.admin, { projectId, title: 'x' });
    const closed = await Promise.allSettled([1, 2, 3, 4].map(() => setStatus(db, acme.admin, issue, 'closed')));
    expect(closed.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await db.projects.getById(projectId, consistent)).toMatchObject({ openIssues: 0 });
    expect((await db.issues.query({ index: 'GSI2', of: { projectId, status: 'closed' } })).items).toHaveLength(1);
    const audit = await db.audit.query({ index: 'GSI2', of: { targetId: issue.id } });
    expect(audit.items.map(({ action }) => action)).toEqual(['closed']);
  });

  it('move to the list of their assignee, who must be a member of the organisation', async () => {
    const { id: projectId } = await newProject();
    const issue = await openIssue(db, acme.admin, { projectId, title: 'x', due: '2026-01-31' });
    const member = await newMember(db, acme.admin);
    await assign(db, acme.admin, issue, member.id);
    const overdue = await db.issues.query({
      index: 'GSI3',
      of: { assigneeId: member.id, status: 'open' },
      to: { due: '2026-01-31' },
    });
    expect(overdue.items.map(({ id }) => id)).toEqual([issue.id]);
    const { admin: foreign } = await signUp(db, { name: 'Other', slug: fresh('org-'), email: freshEmail(), by: 'Eve' });
    const assigned = assign(db, acme.admin, issue, foreign.id);
    await expect(assigned).rejects.toMatchObject(partFailed(1, 'EntityNotFoundError'));
  });

  it('count their views beside their version, and forget them when they are deleted', async () => {
    const { id, version } = await openIssue(db, acme.admin, { projectId: acme.projectId, title: 'Viewed' });
    await Promise.all(Array.from({ length: 30 }, () => db.issues.views.add(id, 1, { deadlineMs: 60_000 })));
    expect(await db.issues.views.get(id, consistent)).toBe(30);
    expect(await db.issues.getById(id, consistent)).toMatchObject({ version });
    await db.issues.delete(id);
    expect(await db.issues.views.get(id, consistent)).toBe(0);
  });

  it('are read with their comments and files, and with those of no other issue', async () => {
    const { orgId, projectId, issue } = acme;
    const { items } = await db.thread.query({ of: { orgId, projectId, number: issue.number } });
    expect(items.issues.map(({ id }) => id)).toEqual([issue.id]);
    expect([items.comments.length, items.attachments.length]).toEqual([2, 1]);
  });

  it('that are edited by two at the same time are not overwritten', async () => {
    const { id: projectId } = await newProject();
    const { id, version } = await openIssue(db, acme.admin, { projectId, title: 'x' });
    const edited = await Promise.allSettled(
      ['a', 'b'].map((title) => db.issues.update(id, { title }, { expectedVersion: version })),
    );
    expect(edited.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});

describe('an invitation', () => {
  it('makes one member, however often it is accepted', async () => {
    const email = freshEmail();
    const invitation = await invite(db, acme.admin, email);
    const again = invite(db, acme.admin, email.toUpperCase());
    await expect(again).rejects.toMatchObject(partFailed(0, 'UniqueConstraintError'));
    const accepted = await Promise.allSettled(['A', 'B', 'C'].map((name) => accept(db, invitation, name)));
    expect(accepted.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const { items } = await db.person.query({ of: { email } });
    expect([items.members.length, items.invitations.length]).toEqual([1, 0]);
  });

  it('that has expired is gone, and does not keep the email from being invited anew', async () => {
    const email = freshEmail();
    const { orgId } = acme;
    const invitation = await db.invitations.create({ orgId, email, expiresAt: past });
    expect((await db.person.query({ of: { email } })).items.invitations).toEqual([]);
    await expect(accept(db, invitation, 'Late')).rejects.toMatchObject(partFailed(0, 'EntityNotFoundError'));
    expect(await db.members.getByUnique({ orgId, email })).toBeNull();
    await accept(db, await invite(db, acme.admin, email), 'In time');
    expect(await db.members.getByUnique({ orgId, email })).toMatchObject({ name: 'In time', role: 'member' });
  });
});

it('a comment is added once, however often its client repeats the call', async () => {
  const once = randomUUID();
  const add = () => comment(db, acme.barbara, acme.issue, 'Once', once);
  const [first, ...others] = await Promise.all([add(), add(), add()]);
  expect(others).toEqual([first, first]);
  expect(await add()).toEqual(first);
  await expect(comment(db, acme.barbara, acme.issue, 'Another', once)).rejects.toMatchObject({
    name: 'IdempotencyMismatchError',
  });
  await db.comments.delete(first?.id ?? '');
});

it('the issues of a member are taken from them', async () => {
  const { id: projectId } = await newProject();
  const member = await newMember(db, acme.admin);
  for (const title of ['a', 'b'])
    await assign(db, acme.admin, await openIssue(db, acme.admin, { projectId, title }), member.id);
  const mine = async () => (await db.issues.query({ index: 'GSI3', of: { assigneeId: member.id } })).items.length;
  expect(await mine()).toBe(2);
  expect(await unassignAll(db, member.id)).toEqual([]);
  expect(await mine()).toBe(0);
});

describe('a member who is removed', () => {
  it('is signed out, and can neither sign in, open an issue, comment nor be assigned', async () => {
    const member = await newMember(db, acme.admin);
    const session = await signIn(db, member.id);
    await removeMember(db, acme.admin, member);
    expect(await db.sessions.getById(session.id, consistent)).toBeNull();
    const isGone = (part: number) => partFailed(part, 'EntityNotFoundError');
    await expect(signIn(db, member.id)).rejects.toMatchObject(isGone(1));
    const { projectId, issue } = acme;
    await expect(openIssue(db, member, { projectId, title: 'x' })).rejects.toMatchObject(isGone(2));
    await expect(comment(db, member, issue, 'x', randomUUID())).rejects.toMatchObject(isGone(2));
    await expect(assign(db, acme.admin, issue, member.id)).rejects.toMatchObject(isGone(1));
    await expect(removeMember(db, acme.admin, member)).rejects.toMatchObject(isGone(0));
    const back = await accept(db, await invite(db, acme.admin, member.email), 'Back');
    expect(back.id).not.toBe(member.id);
  });

  it('leaves no hole in the numbers of the issues that they could not open', async () => {
    const { id: projectId } = await newProject();
    const member = await newMember(db, acme.admin);
    await removeMember(db, acme.admin, member);
    await expect(openIssue(db, member, { projectId, title: 'x' })).rejects.toThrow();
    expect(await openIssue(db, acme.admin, { projectId, title: 'x' })).toMatchObject({ number: 1 });
  });

  it('is never the last admin, although two demote each other at the same time', async () => {
    const { organisation, admin } = await signUp(db, {
      name: 'Two',
      slug: fresh('org-'),
      email: freshEmail(),
      by: 'A',
    });
    const other = await setRole(db, admin, await newMember(db, admin), 'admin');
    await expect(removeMember(db, admin, other)).rejects.toMatchObject(partFailed(0, 'ConditionFailedError'));
    const demoted = await Promise.allSettled([
      setRole(db, admin, other, 'member'),
      setRole(db, other, admin, 'member'),
    ]);
    expect(demoted.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await db.organisations.getById(organisation.id, consistent)).toMatchObject({ admins: 1 });
  });
});

describe('names', () => {
  it('of a project are unique in its organisation, and free again when it changes its key or is deleted', async () => {
    const key = freshKey();
    const project = await createProject(db, acme.admin, { key, name: 'x' });
    const taken = createProject(db, acme.admin, { key, name: 'y' });
    await expect(taken).rejects.toMatchObject(partFailed(0, 'UniqueConstraintError'));
    const { admin } = await signUp(db, { name: 'Other', slug: fresh('org-'), email: freshEmail(), by: 'Eve' });
    expect(await createProject(db, admin, { key, name: 'z' })).toMatchObject({ key });
    await db.projects.update(project.id, { key: freshKey() });
    expect(await db.projects.getByUnique({ orgId: acme.orgId, key })).toBeNull();
    const second = await createProject(db, acme.admin, { key, name: 'y' });
    await deleteProject(db, acme.admin, second);
    expect(await createProject(db, acme.admin, { key, name: 'y' })).toMatchObject({ key });
  });

  it('of an organisation are unique, and nothing of a sign-up is left where its name is taken', async () => {
    const slug = fresh('org-');
    await signUp(db, { name: 'First', slug, email: freshEmail(), by: 'A' });
    const email = freshEmail();
    const second = signUp(db, { name: 'Second', slug, email, by: 'B' });
    await expect(second).rejects.toMatchObject(partFailed(0, 'UniqueConstraintError'));
    expect((await db.person.query({ of: { email } })).items.members).toEqual([]);
  });
});

it('a project that has had an issue is not deleted, not even while its first one is opened', async () => {
  const project = await newProject();
  const [opened, deleted] = await Promise.allSettled([
    openIssue(db, acme.admin, { projectId: project.id, title: 'x' }),
    deleteProject(db, acme.admin, project),
  ]);
  expect(opened.status).not.toBe(deleted.status);
});

it('an input that does not match its schema is rejected, with the messages by attribute', async () => {
  const { projectId } = acme;
  const failed = openIssue(db, acme.admin, { projectId, title: ' ', due: 'tomorrow', priority: 9 });
  await expect(failed).rejects.toMatchObject({
    cause: { fieldErrors: { title: expect.any(Array), due: expect.any(Array), priority: expect.any(Array) } },
  });
});

it('everything of an organisation is one query, typed by kind', async () => {
  const { orgId } = acme;
  const { items } = await db.everything.query({ of: { id: orgId, orgId }, limit: 1000 });
  expect(items.organisations.map(({ id }) => id)).toEqual([orgId]);
  expect(items.labels.map(({ name }) => name)).toEqual(['bug', 'docs', 'new']);
  expect(items.comments.length).toBeGreaterThanOrEqual(2);
  expectTypeOf(items.issues).toEqualTypeOf<Issue[]>();
  expectTypeOf(items.members).toEqualTypeOf<Member[]>();
  expectTypeOf(items.projects).toEqualTypeOf<Project[]>();
});
