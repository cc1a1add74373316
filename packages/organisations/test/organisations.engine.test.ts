import { faultyHandler } from '@aws-starter-kit/dynamo-faults';
import { UserModel, UserService } from '@aws-starter-kit/users';
import { beforeAll, describe, expect, it } from 'vitest';
import { freshTable } from '../../../test/fresh-table.js';
import {
  InvitationModel,
  InvitationNotFoundError,
  MemberService,
  type Organisation,
  OrganisationModel,
  OrganisationService,
  type Person,
} from '../src/index.js';

let table: { client: Awaited<ReturnType<typeof freshTable>>['client']; tableName: string };
let organisations: OrganisationService;
beforeAll(async () => {
  const { client, tableName } = await freshTable();
  table = { client, tableName };
  organisations = new OrganisationService(table);
});

const issuer = 'https://login.example.com/';
let count = 0;
const newPerson = (name = 'person'): Person => {
  const subject = `${name}-${++count}`;
  return { issuer, subject, email: `${subject}@example.com` };
};

/** An organisation with its first admin, and its members. */
async function newOrganisation() {
  const admin = newPerson('admin');
  const organisation = (await organisations.createOrganisation({ name: 'Acme' }, admin)) ?? expect.unreachable();
  const members = new MemberService({ organisationId: organisation.id }, table);
  const [first = expect.unreachable()] = (await members.listMembers()).items;
  return { admin, organisation, members, first };
}

/** A new member, by an invitation. */
async function join(members: MemberService, role: 'viewer' | 'member' | 'admin' = 'member', person = newPerson()) {
  const { token } = await members.invite({ email: person.email ?? '', role });
  return organisations.acceptInvitation(token, person);
}

const adminsOf = async ({ id }: Organisation, members: MemberService) => {
  const { adminIds } = (await new OrganisationModel(table).getById(id, { consistent: true })) ?? expect.unreachable();
  const listed = (await members.listMembers()).items.filter(({ role }) => role === 'admin');
  expect(new Set(listed.map(({ id }) => id))).toEqual(adminIds); // the organisation knows its admins
  return adminIds.size;
};

describe('an organisation', () => {
  it('has its creator as an admin', async () => {
    const { admin, organisation, first } = await newOrganisation();
    expect(organisation).toMatchObject({ name: 'Acme', adminIds: new Set([first.id]), version: 1 });
    expect(first).toMatchObject({ ...admin, organisationId: organisation.id, role: 'admin' });
    expect(await organisations.listOrganisationsOf(admin)).toEqual([{ ...organisation, role: 'admin' }]);
    expect(await organisations.rolesOf(admin)).toEqual({ [organisation.id]: 'admin' });
    expect(await organisations.rolesOf({ ...admin, issuer: 'https://other.example.com/' })).toEqual({});
  });

  it('is created once, however often a call with a key is repeated', async () => {
    const creator = newPerson();
    const create = (name = 'Once') => organisations.createOrganisation({ name }, creator, { once: creator.subject });
    const [one, two] = await Promise.all([create(), create()]);
    expect([two, await create()]).toEqual([one, one]);
    expect(await organisations.listOrganisationsOf(creator)).toHaveLength(1);
    await expect(create('Twice')).rejects.toMatchObject({ name: 'IdempotencyMismatchError' });
  });

  it('needs a name', async () => {
    await expect(organisations.createOrganisation({ name: ' ' }, newPerson())).rejects.toMatchObject({
      name: 'InvalidInputError',
      fieldErrors: { name: [expect.any(String)] },
    });
  });

  it('has members of its own only', async () => {
    const [acme, other] = [await newOrganisation(), await newOrganisation()];
    const foreign = await join(other.members);
    expect((await acme.members.listMembers()).items).toEqual([acme.first]);
    expect(await acme.members.setRole(foreign.id, 'viewer')).toBeNull();
    expect(await acme.members.removeMember(foreign.id)).toBe(false);
    const { invitation } = await other.members.invite({ email: 'x@example.com' });
    expect(await acme.members.revokeInvitation(invitation.id)).toBe(false);
    expect((await acme.members.listInvitations()).items).toEqual([]);
    expect((await other.members.listMembers()).items).toEqual([other.first, foreign]);
  });
});

describe('an invitation', () => {
  it('makes one member, however often and by whom it is accepted', async () => {
    const { members, organisation } = await newOrganisation();
    const person = newPerson();
    const { invitation, token } = await members.invite({ email: ` ${person.email?.toUpperCase()} `, role: 'viewer' });
    expect(invitation).toMatchObject({ email: person.email, role: 'viewer' });
    for (const other of [newPerson(), { ...person, email: undefined }])
      await expect(organisations.acceptInvitation(token, other)).rejects.toBeInstanceOf(InvitationNotFoundError);
    const twins = [person, { ...person, subject: `${person.subject} twin` }, person, person];
    const accepted = await Promise.allSettled(twins.map((one) => organisations.acceptInvitation(token, one)));
    const made = accepted.flatMap((one) => (one.status === 'fulfilled' ? [one.value.id] : []));
    expect(new Set(made).size).toBe(1); // another account with this email comes too late, or first
    const { items } = await members.listMembers();
    expect(items).toHaveLength(2);
    expect(items[1]).toMatchObject({ email: person.email, role: 'viewer', organisationId: organisation.id });
    expect((await members.listInvitations()).items).toEqual([]);
  });

  it('is stored without its token', async () => {
    const { members, organisation } = await newOrganisation();
    const { invitation, token } = await members.invite({ email: 'stored@example.com' });
    const stored = await new InvitationModel(table).getById(invitation.id);
    const [, secret = ''] = token.split('.');
    expect(secret.length).toBeGreaterThanOrEqual(43);
    expect(JSON.stringify(stored)).not.toContain(secret);
    for (const guess of [`${organisation.id}.x`, organisation.id, `${organisation.id}.`, '', '.', `.${secret}`])
      await expect(
        organisations.acceptInvitation(guess, { ...newPerson(), email: 'stored@example.com' }),
      ).rejects.toBeInstanceOf(InvitationNotFoundError);
  });

  it('replaces an earlier one of the email, and can be revoked', async () => {
    const { members } = await newOrganisation();
    const person = newPerson();
    const [first, second] = [
      await members.invite({ email: person.email ?? '', role: 'admin' }),
      await members.invite({ email: person.email ?? '', role: 'viewer' }),
    ];
    const stale = organisations.acceptInvitation(first.token, person);
    await expect(stale).rejects.toBeInstanceOf(InvitationNotFoundError);
    expect((await members.listInvitations()).items).toMatchObject([{ email: person.email, role: 'viewer' }]);
    expect(await members.revokeInvitation(second.invitation.id)).toBe(true);
    const revoked = organisations.acceptInvitation(second.token, person);
    await expect(revoked).rejects.toBeInstanceOf(InvitationNotFoundError);
  });

  it('expires after 7 days', async () => {
    const { members } = await newOrganisation();
    const person = newPerson();
    const { invitation, token } = await members.invite({ email: person.email ?? '' });
    const inAWeek = Date.now() / 1000 + 7 * 86_400;
    expect(Math.abs(invitation.expiresAt - inAWeek)).toBeLessThan(60);
    const past = Math.floor(Date.now() / 1000) - 1;
    await new InvitationModel(table).update(invitation.id, { expiresAt: past });
    await expect(organisations.acceptInvitation(token, person)).rejects.toBeInstanceOf(InvitationNotFoundError);
    expect((await members.listInvitations()).items).toEqual([]);
    expect(await join(members, 'member', person)).toMatchObject({ email: person.email });
  });

  it('of a member changes nothing, and does not outlive the member', async () => {
    const { members } = await newOrganisation();
    const person = newPerson();
    const member = await join(members, 'viewer', person);
    const { token } = await members.invite({ email: person.email ?? '', role: 'admin' });
    expect(await organisations.acceptInvitation(token, person)).toEqual(member);
    await members.removeMember(member.id);
    await expect(organisations.acceptInvitation(token, person)).rejects.toBeInstanceOf(InvitationNotFoundError);
  });

  it('of a creator does not outlive the creator, however the email is spelled', async () => {
    const creator = { ...newPerson(), email: `Creator-${++count}@Example.com` };
    const { id } = (await organisations.createOrganisation({ name: 'Acme' }, creator)) ?? expect.unreachable();
    const members = new MemberService({ organisationId: id }, table);
    await join(members, 'admin');
    const { token } = await members.invite({ email: creator.email, role: 'admin' });
    expect(await members.leave(creator)).toBe(true);
    await expect(organisations.acceptInvitation(token, creator)).rejects.toBeInstanceOf(InvitationNotFoundError);
  });
});

describe('a role', () => {
  it('changes, and admins are counted', async () => {
    const { members, organisation } = await newOrganisation();
    const member = await join(members);
    expect(await members.setRole(member.id, 'admin')).toMatchObject({ id: member.id, role: 'admin', version: 2 });
    expect(await adminsOf(organisation, members)).toBe(2);
    expect(await members.setRole(member.id, 'admin')).toMatchObject({ role: 'admin' });
    expect(await adminsOf(organisation, members)).toBe(2);
    expect(await members.setRole(`MEMBER#${member.id}`, 'viewer')).toMatchObject({ id: member.id, role: 'viewer' });
    expect(await adminsOf(organisation, members)).toBe(1);
    expect(await members.setRole('nobody', 'viewer')).toBeNull();
  });

  it('is found at once, although the index lags', async () => {
    const person = newPerson();
    const database = faultyHandler({ rules: [{ fault: 'stale-index', skip: 1 }] });
    const { client, tableName } = await freshTable({ requestHandler: database });
    const lagging = new OrganisationService({ client, tableName });
    expect(await lagging.rolesOf(person)).toEqual({}); // the answer that the index keeps giving
    const { id } = (await lagging.createOrganisation({ name: 'New' }, person)) ?? expect.unreachable();
    expect(await lagging.rolesOf(person)).toEqual({});
    expect(await lagging.rolesOf({ ...person, id })).toEqual({ [id]: 'admin' });
    expect(await lagging.rolesOf({ ...newPerson(), id })).toEqual({});
  });

  it('counts no longer after it was taken away, although the index lags', async () => {
    const { client, tableName } = await freshTable({
      requestHandler: faultyHandler({ rules: [{ fault: 'stale-index', skip: 2 }] }),
    });
    const lagging = new OrganisationService({ client, tableName });
    const { id } = (await lagging.createOrganisation({ name: 'New' }, newPerson())) ?? expect.unreachable();
    const members = new MemberService({ organisationId: id }, { client, tableName });
    const account = { issuer, subject: `robot-${++count}`, name: 'Robot', role: 'admin' } as const;
    const robot = (await members.addServiceAccount(account)) ?? expect.unreachable();
    const { subject } = robot;
    expect(await lagging.rolesOf({ issuer, subject })).toEqual({ [id]: 'admin' });
    await members.setRole(robot.id, 'viewer');
    expect(await lagging.rolesOf({ issuer, subject })).toEqual({ [id]: 'admin' });
    expect(await lagging.rolesOf({ issuer, subject, id })).toEqual({ [id]: 'viewer' });
    await members.removeMember(robot.id);
    expect(await lagging.rolesOf({ issuer, subject, id })).toEqual({});
  });
});

describe('a caller who is no admin any more', () => {
  it.each(['demoted', 'removed'])('and was %s can give and take no role, although nobody noticed yet', async (how) => {
    const { members, organisation } = await newOrganisation();
    const by = newPerson();
    const former = await join(members, 'admin', by);
    const other = await join(members, 'viewer');
    const { invitation } = await members.invite({ email: 'open@example.com' }, { by });
    if (how === 'demoted') await members.setRole(former.id, 'viewer');
    else await members.removeMember(former.id);
    const account = { issuer, subject: `robot-${++count}`, name: 'Robot', role: 'admin' } as const;
    const before = await members.listMembers();
    for (const change of [
      () => members.setRole(other.id, 'admin', { by }),
      () => members.removeMember(other.id, { by }),
      () => members.invite({ email: by.email ?? '', role: 'admin' }, { by }),
      () => members.invite({ email: 'open@example.com' }, { by }),
      () => members.revokeInvitation(invitation.id, { by }),
      () => members.addServiceAccount(account, { by }),
    ])
      await expect(change()).rejects.toMatchObject({ name: 'NotAnAdminError', code: 'NOT_AN_ADMIN' });
    const own = members.setRole(former.id, 'admin', { by });
    if (how === 'removed') expect(await own).toBeNull();
    else await expect(own).rejects.toMatchObject({ name: 'NotAnAdminError' });
    expect(await members.listMembers()).toEqual(before);
    expect((await members.listInvitations()).items).toEqual([invitation]);
    expect(await adminsOf(organisation, members)).toBe(1);
  });

  it('was one until then: an admin can demote and remove itself, and others', async () => {
    const { members, organisation, admin: by, first } = await newOrganisation();
    const second = newPerson();
    const { id } = await join(members, 'admin', second);
    expect(await members.setRole(id, 'admin', { by: second })).toMatchObject({ role: 'admin' });
    expect(await members.setRole(id, 'viewer', { by: second })).toMatchObject({ role: 'viewer' });
    expect(await members.setRole(id, 'admin', { by })).toMatchObject({ role: 'admin' });
    expect(await members.removeMember(first.id, { by })).toBe(true);
    await expect(members.removeMember(id, { by: second })).rejects.toMatchObject({ name: 'LastAdminError' });
    expect(await adminsOf(organisation, members)).toBe(1);
  });
});

describe('a repeated change', () => {
  const key = (name: string, sentAt = Date.now()) => ({ once: { key: `${name} ${++count}`, sentAt } });
  const later = ({ once }: ReturnType<typeof key>, byMs = 1) => ({ once: { ...once, sentAt: once.sentAt + byMs } });

  it('of a role undoes no later one, and gets the first answer', async () => {
    const { members, admin: by } = await newOrganisation();
    const { id } = await join(members, 'viewer');
    const first = { ...key('role'), by };
    expect(await members.setRole(id, 'admin', first)).toMatchObject({ id, role: 'admin' });
    expect(await members.setRole(id, 'member', { ...key('role'), by })).toMatchObject({ role: 'member' });
    expect(await members.setRole(id, 'admin', { ...later(first), by })).toMatchObject({ id, role: 'member' });
    await members.removeMember(id);
    expect(await members.setRole(id, 'admin', { ...later(first, 2), by })).toBeNull();
  });

  it('stays rejected if it was', async () => {
    const { members, first } = await newOrganisation();
    const leave = key('last');
    const lastAdmin = { name: 'LastAdminError' };
    await expect(members.setRole(first.id, 'viewer', leave)).rejects.toMatchObject(lastAdmin);
    await join(members, 'admin');
    await expect(members.setRole(first.id, 'viewer', leave)).rejects.toMatchObject({ name: 'CallSupersededError' });
  });

  it('removes no member who came back', async () => {
    const { members, admin: by } = await newOrganisation();
    const person = newPerson();
    const { id } = await join(members, 'admin', person);
    const [removal, leave] = [key('remove'), key('leave')];
    for (const attempt of [removal, later(removal)])
      expect(await members.removeMember(id, { ...attempt, by })).toBe(true);
    await join(members, 'admin', person);
    expect(await members.removeMember(id, { ...later(removal, 2), by })).toBe(true);
    expect(await members.getMember(id)).toMatchObject({ id });
    for (const attempt of [leave, later(leave)]) expect(await members.leave(person, attempt)).toBe(true);
    await join(members, 'member', person);
    expect(await members.leave(person, later(leave, 2))).toBe(true);
    expect(await members.getMember(id)).toMatchObject({ id });
  });

  it('of an invitation returns the same token, and replaces and revokes no later one', async () => {
    const { members, admin: by } = await newOrganisation();
    const [person, other] = [newPerson(), newPerson()];
    const invite = { email: person.email ?? '', role: 'viewer' } as const;
    const [first, second, revocation] = [key('invite'), key('invite'), key('revoke')];
    const one = (await members.invite(invite, { ...first, by })) ?? expect.unreachable();
    expect(await members.invite(invite, { ...later(first), by })).toEqual(one);
    const two = (await members.invite(invite, { ...second, by })) ?? expect.unreachable();
    expect(two.token).not.toBe(one.token);
    expect(await members.invite(invite, { ...later(second), by })).toEqual(two);
    expect(await members.invite(invite, { ...later(first, 2), by })).toBeNull();
    const changed = members.invite({ ...invite, role: 'admin' }, { ...later(second), by });
    await expect(changed).rejects.toMatchObject({ name: 'IdempotencyMismatchError' });
    const { id } = two.invitation;
    for (const attempt of [revocation, later(revocation)])
      expect(await members.revokeInvitation(id, { ...attempt, by })).toBe(true);
    expect(await members.invite(invite, { ...later(second), by })).toBeNull();
    const three = await members.invite(invite, { by });
    expect(await members.revokeInvitation(id, { ...later(revocation, 2), by })).toBe(true);
    expect(await organisations.acceptInvitation(three.token, person)).toMatchObject({ role: 'viewer' });
    expect(await members.invite(invite, { ...later(second), by })).toBeNull();
    await expect(organisations.acceptInvitation(two.token, other)).rejects.toBeInstanceOf(InvitationNotFoundError);
  });
});

describe('the last admin', () => {
  it('stays', async () => {
    const { members, organisation, first, admin } = await newOrganisation();
    await join(members);
    const lastAdmin = { name: 'LastAdminError', code: 'LAST_ADMIN' };
    await expect(members.setRole(first.id, 'member')).rejects.toMatchObject(lastAdmin);
    await expect(members.removeMember(first.id)).rejects.toMatchObject(lastAdmin);
    await expect(members.leave(admin)).rejects.toMatchObject(lastAdmin);
    expect(await adminsOf(organisation, members)).toBe(1);
  });

  it('stays, although all admins demote and remove each other at the same time', async () => {
    const { members, organisation, first } = await newOrganisation();
    const others = await Promise.all([1, 2, 3].map(() => join(members, 'admin')));
    const calls = [first, ...others].map(({ id }, i) =>
      i % 2 ? members.setRole(id, 'viewer') : members.removeMember(id),
    );
    const outcomes = await Promise.allSettled(calls);
    for (const one of outcomes)
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ name: 'LastAdminError' });
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    expect(await adminsOf(organisation, members)).toBe(1);
  });

  it('can leave after another member became an admin', async () => {
    const { members, organisation, admin } = await newOrganisation();
    await join(members, 'admin');
    expect(await members.leave(admin)).toBe(true);
    expect(await members.leave(admin)).toBe(false);
    expect(await organisations.rolesOf({ ...admin, id: organisation.id })).toEqual({});
    expect(await adminsOf(organisation, members)).toBe(1);
  });
});

describe('a service account', () => {
  it('is a member by its subject', async () => {
    const { members, organisation } = await newOrganisation();
    const account = { issuer, subject: `robot-${++count}`, name: 'Deployments', role: 'admin' } as const;
    expect(await members.addServiceAccount(account)).toMatchObject({ ...account, organisationId: organisation.id });
    expect(await organisations.rolesOf(account)).toEqual({ [organisation.id]: 'admin' });
    expect(await adminsOf(organisation, members)).toBe(2);
    await expect(members.addServiceAccount(account)).rejects.toMatchObject({ name: 'AlreadyMemberError' });
    expect(await adminsOf(organisation, members)).toBe(2);
    const { id } = (await members.listMembers()).items[1] ?? expect.unreachable();
    expect(await members.removeMember(id)).toBe(true);
    expect(await adminsOf(organisation, members)).toBe(1);
  });

  it('is no person: nobody becomes a member without consent', async () => {
    const { members, admin } = await newOrganisation();
    const other = await newOrganisation();
    const joined = newPerson();
    await join(other.members, 'viewer', joined);
    const user = newPerson();
    const users = new UserService({ model: new UserModel(table) });
    await users.createUser({ email: user.email ?? '', name: 'User' });
    await users.getUserIdOfSubject({ ...user, verifiedEmail: user.email }); // binds it
    for (const { subject } of [joined, user, other.admin, admin])
      await expect(members.addServiceAccount({ issuer, subject, name: 'Victim' })).rejects.toMatchObject({
        name: 'PersonAccountError',
        code: 'PERSON_ACCOUNT',
      });
    const robot = { issuer, subject: `robot-${++count}`, name: 'Robot' };
    for (const one of [members, other.members])
      expect(await one.addServiceAccount(robot)).toMatchObject({ name: 'Robot' });
  });
});
