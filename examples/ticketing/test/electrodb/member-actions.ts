import { randomUUID } from 'node:crypto';
import type { EntityItem } from 'electrodb';
import type { Invitation } from './organisation.js';
import type { Ticketing } from './ticketing.js';
import { type Actor, inOrganisation, now, written } from './transaction.js';

export async function signUp(
  db: Ticketing,
  { name, slug, email, by }: Record<'name' | 'slug' | 'email' | 'by', string>,
) {
  const [orgId, memberId] = [randomUUID(), randomUUID()];
  const result = await db.transaction
    .write(({ organisation, member, claim, audit }) => [
      organisation.create({ orgId, name, slug }).commit(),
      claim.create({ what: 'slug', value: slug, ownerId: orgId }).commit(),
      member.create({ orgId, memberId, email, name: by, role: 'admin' }).commit(),
      claim.create({ what: inOrganisation('member', orgId), value: email.toLowerCase(), ownerId: memberId }).commit(),
      audit.create({ orgId, actorId: memberId, action: 'sign up', targetId: orgId }).commit(),
    ])
    .go();
  written(result);
  return { orgId, memberId };
}

export async function invite(db: Ticketing, { orgId, memberId }: Actor, address: string) {
  const [invitationId, email] = [randomUUID(), address.toLowerCase()];
  const invitation = { orgId, invitationId, email, expiresAt: now() + 7 * 86_400 };
  const result = await db.transaction
    .write(({ invitation: invitations, claim, organisation, audit }) => [
      invitations.create(invitation).commit(),
      claim
        .put({
          what: inOrganisation('invitation', orgId),
          value: email,
          ownerId: invitationId,
          expiresAt: invitation.expiresAt,
        })
        .where(({ what, expiresAt }, { notExists, lte }) => `${notExists(what)} OR ${lte(expiresAt, now())}`)
        .commit(),
      organisation
        .check({ orgId })
        .where(({ slug }, { exists }) => exists(slug))
        .commit(),
      audit.create({ orgId, actorId: memberId, action: 'invite', targetId: invitationId }).commit(),
    ])
    .go();
  written(result);
  return invitation;
}

export async function accept(
  db: Ticketing,
  { orgId, invitationId, email }: EntityItem<typeof Invitation>,
  name: string,
) {
  const memberId = randomUUID();
  const result = await db.transaction
    .write(({ invitation, claim, member, audit }) => [
      invitation
        .delete({ orgId, invitationId })
        .where(({ expiresAt }, { gt }) => gt(expiresAt, now()))
        .commit(),
      claim
        .delete({ what: inOrganisation('invitation', orgId), value: email })
        .where(({ ownerId }, { eq }) => eq(ownerId, invitationId))
        .commit(),
      member.create({ orgId, memberId, email, name }).commit(),
      claim.create({ what: inOrganisation('member', orgId), value: email, ownerId: memberId }).commit(),
      audit.create({ orgId, actorId: memberId, action: 'accept', targetId: invitationId }).commit(),
    ])
    .go();
  written(result);
  return { orgId, memberId };
}

export async function signIn(db: Ticketing, { orgId, memberId }: Actor) {
  const sessionId = randomUUID();
  const result = await db.transaction
    .write(({ session, member }) => [
      session.create({ sessionId, orgId, memberId }).commit(),
      member
        .check({ orgId, memberId })
        .where(({ email }, { exists }) => exists(email))
        .commit(),
    ])
    .go();
  written(result);
  return { sessionId, orgId, memberId };
}

export async function setRole(db: Ticketing, actor: Actor, { orgId, memberId }: Actor, role: 'admin' | 'member') {
  const [by, fewest] = role === 'admin' ? [1, 1] : [-1, 2];
  const result = await db.transaction
    .write(({ member, organisation, audit }) => [
      member
        .patch({ orgId, memberId })
        .set({ role })
        .where((attributes, { ne }) => ne(attributes.role, role))
        .commit(),
      organisation
        .patch({ orgId })
        .add({ admins: by })
        .where(({ admins }, { gte }) => gte(admins, fewest))
        .commit(),
      audit.create({ orgId, actorId: actor.memberId, action: role, targetId: memberId }).commit(),
    ])
    .go();
  written(result);
}

export async function changeEmail(db: Ticketing, { orgId, memberId }: Actor, email: string) {
  const { data: member } = await db.entities.member.get({ orgId, memberId }).go({ consistent: true });
  if (!member) return;
  const what = inOrganisation('member', orgId);
  const result = await db.transaction
    .write(({ member: members, claim }) => [
      members
        .patch({ orgId, memberId })
        .set({ email })
        .where((attributes, { eq }) => eq(attributes.email, member.email))
        .commit(),
      claim
        .delete({ what, value: member.email })
        .where(({ ownerId }, { eq }) => eq(ownerId, memberId))
        .commit(),
      claim.create({ what, value: email, ownerId: memberId }).commit(),
    ])
    .go();
  written(result);
}

export async function removeMember(db: Ticketing, actor: Actor, { orgId, memberId, email }: Actor & { email: string }) {
  const result = await db.transaction
    .write(({ member, claim, audit }) => [
      member
        .delete({ orgId, memberId })
        .where(({ role }, { eq }) => eq(role, 'member'))
        .commit(),
      claim
        .delete({ what: inOrganisation('member', orgId), value: email })
        .where(({ ownerId }, { eq }) => eq(ownerId, memberId))
        .commit(),
      audit.create({ orgId, actorId: actor.memberId, action: 'remove', targetId: memberId }).commit(),
    ])
    .go();
  written(result);
  const { data } = await db.entities.session.query.byMember({ memberId }).go({ pages: 'all' });
  await db.entities.session.delete(data.map(({ sessionId }) => ({ sessionId }))).go();
}
