import { randomUUID } from 'node:crypto';
import type { EntityItem } from 'electrodb';
import type { Issue } from './project.js';
import type { Ticketing } from './ticketing.js';
import { type Actor, inOrganisation, written } from './transaction.js';

type AnIssue = EntityItem<typeof Issue>;

export async function createProject(
  db: Ticketing,
  { orgId, memberId }: Actor,
  { key, name }: { key: string; name: string },
) {
  const id = randomUUID();
  const result = await db.transaction
    .write(({ project, claim, organisation, audit }) => [
      project.create({ orgId, id, key, name }).commit(),
      claim.create({ what: inOrganisation('project', orgId), value: key, ownerId: id }).commit(),
      organisation
        .check({ orgId })
        .where(({ slug }, { exists }) => exists(slug))
        .commit(),
      audit.create({ orgId, actorId: memberId, action: 'create', targetId: id }).commit(),
    ])
    .go();
  written(result);
  return { orgId, id, key };
}

export async function changeKey(db: Ticketing, { orgId, id }: { orgId: string; id: string }, key: string) {
  const { data: project } = await db.entities.project.get({ orgId, id }).go({ consistent: true });
  if (!project) return;
  const what = inOrganisation('project', orgId);
  const result = await db.transaction
    .write(({ project: projects, claim }) => [
      projects
        .patch({ orgId, id })
        .set({ key })
        .where((attributes, { eq }) => eq(attributes.key, project.key))
        .commit(),
      claim
        .delete({ what, value: project.key })
        .where(({ ownerId }, { eq }) => eq(ownerId, id))
        .commit(),
      claim.create({ what, value: key, ownerId: id }).commit(),
    ])
    .go();
  written(result);
}

export async function deleteProject(
  db: Ticketing,
  { orgId, memberId }: Actor,
  { id, key }: { id: string; key: string },
) {
  const result = await db.transaction
    .write(({ project, claim, audit }) => [
      project
        .delete({ orgId, id })
        .where(({ lastIssue }, { eq }) => eq(lastIssue, 0))
        .commit(),
      claim
        .delete({ what: inOrganisation('project', orgId), value: key })
        .where(({ ownerId }, { eq }) => eq(ownerId, id))
        .commit(),
      audit.create({ orgId, actorId: memberId, action: 'delete', targetId: id }).commit(),
    ])
    .go();
  written(result);
}

export async function openIssue(
  db: Ticketing,
  { orgId, memberId }: Actor,
  issue: { projectId: string; title: string; assigneeId?: string; due?: string; labels?: string[]; priority?: number },
) {
  const key = { orgId, id: issue.projectId };
  for (;;) {
    const { data: project } = await db.entities.project.get(key).go({ consistent: true, attributes: ['lastIssue'] });
    if (!project) throw new Error('There is no such project');
    const number = project.lastIssue + 1;
    const result = await db.transaction
      .write(({ project: projects, issue: issues, member }) => [
        projects
          .patch(key)
          .add({ lastIssue: 1, openIssues: 1 })
          .where(({ lastIssue }, { eq }) => eq(lastIssue, project.lastIssue))
          .commit(),
        issues.create({ ...issue, orgId, number }).commit(),
        member
          .check({ orgId, memberId })
          .where(({ email }, { exists }) => exists(email))
          .commit(),
      ])
      .go();
    const isTaken =
      result.canceled && ['ConditionalCheckFailed', 'TransactionConflict'].includes(result.data[0]?.code ?? '');
    if (isTaken) continue;
    written(result);
    return { orgId, projectId: issue.projectId, number };
  }
}

export async function setStatus(db: Ticketing, actor: Actor, issue: AnIssue, status: 'open' | 'closed') {
  const { orgId, projectId, number, due } = issue;
  const result = await db.transaction
    .write(({ issue: issues, project, audit }) => [
      issues
        .patch({ orgId, projectId, number })
        .set({ status })
        .add({ version: 1 })
        .composite({ number, due })
        .where((attributes, { ne }) => ne(attributes.status, status))
        .commit(),
      project
        .patch({ orgId, id: projectId })
        .add({ openIssues: status === 'open' ? 1 : -1 })
        .commit(),
      audit.create({ orgId, actorId: actor.memberId, action: status, targetId: `${projectId}-${number}` }).commit(),
    ])
    .go();
  written(result);
}

export async function assign(db: Ticketing, actor: Actor, issue: AnIssue, assigneeId: string) {
  const { orgId, projectId, number, status, due } = issue;
  const result = await db.transaction
    .write(({ issue: issues, member, audit }) => [
      issues
        .patch({ orgId, projectId, number })
        .set({ assigneeId })
        .add({ version: 1 })
        .composite({ status, due })
        .commit(),
      member
        .check({ orgId, memberId: assigneeId })
        .where(({ email }, { exists }) => exists(email))
        .commit(),
      audit.create({ orgId, actorId: actor.memberId, action: 'assign', targetId: `${projectId}-${number}` }).commit(),
    ])
    .go();
  written(result);
}

type Place = Pick<AnIssue, 'orgId' | 'projectId' | 'number'>;

export async function comment(db: Ticketing, { orgId, memberId }: Actor, { projectId, number }: Place, text: string) {
  const place = { orgId, projectId, number };
  const result = await db.transaction
    .write(({ comment: comments, issue, member }) => [
      comments.create({ ...place, authorId: memberId, text }).commit(),
      issue
        .check(place)
        .where(({ title }, { exists }) => exists(title))
        .commit(),
      member
        .check({ orgId, memberId })
        .where(({ email }, { exists }) => exists(email))
        .commit(),
    ])
    .go();
  written(result);
}

export async function attach(
  db: Ticketing,
  { orgId, memberId }: Actor,
  { projectId, number }: Place,
  file: { name: string; bytes: number },
) {
  const place = { orgId, projectId, number };
  const result = await db.transaction
    .write(({ attachment, issue, member }) => [
      attachment.create({ ...place, authorId: memberId, ...file }).commit(),
      issue
        .check(place)
        .where(({ title }, { exists }) => exists(title))
        .commit(),
      member
        .check({ orgId, memberId })
        .where(({ email }, { exists }) => exists(email))
        .commit(),
    ])
    .go();
  written(result);
}
