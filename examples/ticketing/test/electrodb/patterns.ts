import { fresh, freshEmail, freshKey } from '../sample.js';
import { accept, changeEmail, invite, removeMember, setRole, signIn, signUp } from './member-actions.js';
import {
  assign,
  attach,
  changeKey,
  comment,
  createProject,
  deleteProject,
  openIssue,
  setStatus,
} from './project-actions.js';
import { newIssue, newMember, type Sample } from './sample.js';
import type { Threads, Ticketing } from './ticketing.js';

type Call = () => Promise<unknown>;
type Pattern = (db: Ticketing, sample: Sample & { threads: Threads }) => Call | Promise<Call>;

const number = 1;
const name = 'Somebody';
const now = () => Math.floor(Date.now() / 1000);

/** The same patterns, as ElectroDB's documents have them. Those that it lacks are missing. */
export const patterns: Readonly<Record<string, Pattern>> = {
  'everything of an organisation, in pages of 100':
    (db, { orgId }) =>
    () =>
      db.collections.everything({ orgId }).go({ limit: 100 }),
  'an issue with its comments and files':
    (_, { threads, orgId, projectId }) =>
    () =>
      threads.collections.everything({ orgId, projectId, number }).go(),
  'where an email is a member or invited':
    (db, { barbara: { email } }) =>
    () =>
      db.collections.person({ email }).go(),
  'members, by name':
    (db, { orgId }) =>
    () =>
      db.entities.member.query.everything({ orgId }).go(),
  'a member, by email':
    (db, { orgId, barbara: { email } }) =>
    async () => {
      const { data } = await db.entities.claim.get({ what: `member#${orgId}`, value: email }).go({ consistent: true });
      return data && db.entities.member.get({ orgId, memberId: data.ownerId }).go({ consistent: true });
    },
  'pending invitations':
    (db, { orgId }) =>
    () =>
      db.entities.invitation.query
        .everything({ orgId })
        .where(({ expiresAt }, { gt }) => gt(expiresAt, now()))
        .go(),
  'a session and its member, at one moment':
    (db, { session: { sessionId }, barbara: { orgId, memberId } }) =>
    () =>
      db.transaction
        .get(({ session, member }) => [session.get({ sessionId }).commit(), member.get({ orgId, memberId }).commit()])
        .go(),
  'sessions of a member':
    (db, { barbara: { memberId } }) =>
    () =>
      db.entities.session.query
        .byMember({ memberId })
        .where(({ expiresAt }, { gt }) => gt(expiresAt, now()))
        .go(),
  'projects, by key':
    (db, { orgId }) =>
    () =>
      db.entities.project.query.everything({ orgId }).go(),
  'a project, by its key':
    (db, { orgId, key }) =>
    async () => {
      const { data } = await db.entities.claim.get({ what: `project#${orgId}`, value: key }).go({ consistent: true });
      return data && db.entities.project.get({ orgId, id: data.ownerId }).go({ consistent: true });
    },
  'labels of a project':
    (db, { orgId, projectId }) =>
    () =>
      db.entities.label.query.everything({ orgId, projectId }).go(),
  'an issue, by its number':
    (db, { orgId, projectId }) =>
    () =>
      db.entities.issue.get({ orgId, projectId, number }).go(),
  'open issues, the newest 20':
    (db, { projectId }) =>
    () =>
      db.entities.issue.query.board({ projectId, status: 'open' }).go({ order: 'desc', limit: 20 }),
  'numbers and titles alone':
    (db, { projectId }) =>
    () =>
      db.entities.issue.query.board({ projectId, status: 'open' }).go({ attributes: ['number', 'title'], limit: 20 }),
  'open bugs that are urgent':
    (db, { projectId }) =>
    () =>
      db.entities.issue.query
        .board({ projectId, status: 'open' })
        .where(({ labels, priority }, { contains, lte }) => `${contains(labels, 'bug')} AND ${lte(priority, 2)}`)
        .go({ pages: 'all' }),
  'the number of open issues':
    (db, { projectId }) =>
    async () => {
      const { data } = await db.entities.issue.query
        .board({ projectId, status: 'open' })
        .go({ attributes: ['number'], pages: 'all' });
      return data.length;
    },
  'overdue issues of a member':
    (db, { carol: { memberId } }) =>
    () =>
      db.entities.issue.query
        .assigned({ assigneeId: memberId, status: 'open' })
        .between({ due: '0' }, { due: '2026-11-29' })
        .go(),
  'what was done to something':
    (db, { orgId }) =>
    () =>
      db.entities.audit.query.history({ targetId: orgId }).go({ order: 'desc' }),
  'what was done since':
    (db, { orgId }) =>
    () =>
      db.entities.audit.query.everything({ orgId }).between({ createdAt: '2026' }, { createdAt: '9' }).go(),
  'sign up': (db) => () => signUp(db, { name, slug: fresh('org-'), email: freshEmail(), by: 'Ada' }),
  invite:
    (db, { admin }) =>
    () =>
      invite(db, admin, freshEmail()),
  'accept an invitation': async (db, { admin }) => {
    const invitation = await invite(db, admin, freshEmail());
    return () => accept(db, invitation, name);
  },
  'sign in':
    (db, { barbara }) =>
    () =>
      signIn(db, barbara),
  'stay signed in': async (db, { barbara }) => {
    const { sessionId } = await signIn(db, barbara);
    return () =>
      db.entities.session
        .patch({ sessionId })
        .set({ expiresAt: now() + 60 })
        .where(({ expiresAt }, { gt }) => gt(expiresAt, now()))
        .go({ response: 'all_new' });
  },
  'sign out': async (db, { barbara }) => {
    const { sessionId } = await signIn(db, barbara);
    return () => db.entities.session.delete({ sessionId }).go();
  },
  'make a member an admin': async (db, { admin }) => {
    const member = await newMember(db, admin);
    return () => setRole(db, admin, member, 'admin');
  },
  'change an email': async (db, { admin }) => {
    const member = await newMember(db, admin);
    return () => changeEmail(db, member, freshEmail());
  },
  'remove a member with one session': async (db, { admin }) => {
    const member = await newMember(db, admin);
    await signIn(db, member);
    return () => removeMember(db, admin, member);
  },
  'create a project':
    (db, { admin }) =>
    () =>
      createProject(db, admin, { key: freshKey(), name }),
  'change its key': async (db, { admin }) => {
    const project = await createProject(db, admin, { key: freshKey(), name });
    return () => changeKey(db, project, freshKey());
  },
  'rename it': async (db, { admin }) => {
    const { orgId, id } = await createProject(db, admin, { key: freshKey(), name: 'Old' });
    return () =>
      db.entities.project
        .patch({ orgId, id })
        .set({ name })
        .where((attributes, { eq }) => eq(attributes.name, 'Old'))
        .go({ response: 'all_new' });
  },
  'delete it, if it never had an issue': async (db, { admin }) => {
    const project = await createProject(db, admin, { key: freshKey(), name });
    return () => deleteProject(db, admin, project);
  },
  'define a label, new or not':
    (db, { orgId, projectId }) =>
    () =>
      db.entities.label.upsert({ orgId, projectId, name: 'bug', color: '#00ff00' }).go(),
  'open an issue under the next number':
    (db, { admin, projectId }) =>
    () =>
      openIssue(db, admin, { projectId, title: name }),
  'edit an issue as it was seen': async (db, sample) => {
    const { orgId, projectId, number, version } = await newIssue(db, sample);
    return () =>
      db.entities.issue
        .patch({ orgId, projectId, number })
        .set({ title: name })
        .add({ version: 1 })
        .where((attributes, { eq }) => eq(attributes.version, version))
        .go({ response: 'all_new' });
  },
  'label an issue': async (db, sample) => {
    const { orgId, projectId, number } = await newIssue(db, sample);
    return () =>
      db.entities.issue
        .patch({ orgId, projectId, number })
        .add({ labels: ['bug', 'new'], version: 1 })
        .go({ response: 'all_new' });
  },
  'close an issue': async (db, sample) => {
    const issue = await newIssue(db, sample);
    return () => setStatus(db, sample.admin, issue, 'closed');
  },
  'assign an issue': async (db, sample) => {
    const issue = await newIssue(db, sample);
    return () => assign(db, sample.admin, issue, sample.carol.memberId);
  },
  comment:
    (db, { orgId, projectId, barbara }) =>
    () =>
      comment(db, barbara, { orgId, projectId, number }, 'Third'),
  'attach a file':
    (db, { orgId, projectId, barbara }) =>
    () =>
      attach(db, barbara, { orgId, projectId, number }, { name: 'log.txt', bytes: 10 }),
};
