import { faultyHandler } from '@aws-starter-kit/dynamo-faults';
import { describe, expect, it } from 'vitest';
import { freshTable } from '../../../test/fresh-table.js';
import { InvitationModel, InvitationNotFoundError, MemberService, OrganisationService } from '../src/index.js';
import { organisationsTable } from './organisations-table.js';

const { table, organisations, issuer, newPerson, newOrganisation, join, adminsOf } = await organisationsTable();

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
    const accepted = await Promise.allSettled(
      twins.map((one) => organisations.acceptInvitation(token, one, { deadlineMs: 60_000 })),
    );
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
    const creator = { ...newPerson(), email: `${newPerson('Creator').subject}@Example.com` };
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
    const account = { issuer, subject: newPerson('robot').subject, name: 'Robot', role: 'admin' } as const;
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
      i % 2 ? members.setRole(id, 'viewer', { deadlineMs: 60_000 }) : members.removeMember(id, { deadlineMs: 60_000 }),
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
