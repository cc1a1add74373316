import { UserModel, UserService } from '@aws-starter-kit/users';
import { describe, expect, it } from 'vitest';
import { InvitationNotFoundError } from '../src/index.js';
import { organisationsTable } from './organisations-table.js';

const { table, organisations, issuer, newPerson, newOrganisation, join, adminsOf } = await organisationsTable();

describe('a caller who is no admin any more', () => {
  it.each(['demoted', 'removed'])('and was %s can give and take no role, although nobody noticed yet', async (how) => {
    const { members, organisation } = await newOrganisation();
    const by = newPerson();
    const former = await join(members, 'admin', by);
    const other = await join(members, 'viewer');
    const { invitation } = await members.invite({ email: 'open@example.com' }, { by });
    if (how === 'demoted') await members.setRole(former.id, 'viewer');
    else await members.removeMember(former.id);
    const account = { issuer, subject: newPerson('robot').subject, name: 'Robot', role: 'admin' } as const;
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
  const key = (name: string, sentAt = Date.now()) => ({ once: { key: `${name} ${newPerson().subject}`, sentAt } });
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

describe('a service account', () => {
  it('is a member by its subject', async () => {
    const { members, organisation } = await newOrganisation();
    const account = { issuer, subject: newPerson('robot').subject, name: 'Deployments', role: 'admin' } as const;
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
    const robot = { issuer, subject: newPerson('robot').subject, name: 'Robot' };
    for (const one of [members, other.members])
      expect(await one.addServiceAccount(robot)).toMatchObject({ name: 'Robot' });
  });
});
