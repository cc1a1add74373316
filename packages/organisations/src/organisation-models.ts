import { DynamoModel, type DynamoModelOptions, generateUUID, key, type NewItem } from '@aws-starter-kit/dynamo/model';
import { normaliseEmail } from '@aws-starter-kit/users';
import { digest } from './digest.js';
import type { Invitation, Member, Organisation, Subject } from './organisation.js';

/** Stores organisations. They are found by their members, so they are in no index. */
export class OrganisationModel extends DynamoModel<Organisation> {
  protected getEntityName(): string {
    return 'Organisation';
  }
  protected generateId(): string {
    return generateUUID();
  }
  protected setGSIKeys(): void {}
  protected override indexedAttributes() {
    return [] as const;
  }
}

/** Stores members: GSI1 lists those of an organisation, GSI2 the organisations of a subject. */
export class MemberModel extends DynamoModel<Member> {
  protected getEntityName(): string {
    return 'Member';
  }
  protected generateId(member: NewItem<Member>): string {
    return memberId(member.organisationId, member);
  }
  protected setGSIKeys(member: Member): void {
    member.pk1 = key(member)`MEMBERS#${'organisationId'}`;
    member.sk1 = key(member)`${'createdAt'}`;
    member.pk2 = membershipsOf(member);
    member.sk2 = key(member)`${'organisationId'}`;
  }
  protected override indexedAttributes() {
    return ['organisationId', 'issuer', 'subject'] as const;
  }
}

const invitationSeconds = 7 * 86_400;

/** An invitation expires 7 days after it got its token. A call does not say when, so that its repetition is the same call. */
type NewInvitation = Omit<NewItem<Invitation>, 'expiresAt'>;

/** Stores invitations: GSI1 lists those of an organisation. */
export class InvitationModel extends DynamoModel<Invitation, NewInvitation> {
  protected getEntityName(): string {
    return 'Invitation';
  }
  protected generateId({ organisationId, email }: NewItem<Invitation>): string {
    return invitationId(organisationId, email);
  }
  protected setGSIKeys(invitation: Invitation): void {
    invitation.pk1 = key(invitation)`INVITATIONS#${'organisationId'}`;
    invitation.sk1 = key(invitation)`${'createdAt'}`;
  }
  protected override indexedAttributes() {
    return ['organisationId'] as const;
  }
  protected override normalise<D extends Partial<NewItem<Invitation>>>(data: D): D {
    if (data.tokenHash === undefined || data.expiresAt !== undefined) return data;
    return { ...data, expiresAt: Math.floor(Date.now() / 1000) + invitationSeconds };
  }
  protected override ttlAttribute() {
    return 'expiresAt' as const;
  }
}

/** Returns the id of a member: a subject is in an organisation once. */
export const memberId = (organisationId: string, { issuer, subject }: Subject): string =>
  digest(organisationId, issuer, subject);

/** Returns the partition of GSI2 that lists the memberships of a subject. */
export const membershipsOf = ({ issuer, subject }: Subject): string => `MEMBER#${digest(issuer, subject)}`;

/** Returns the id of a member in the form in which an organisation knows its admins. */
export const unprefixedMemberId = (id: string): string => (id.startsWith('MEMBER#') ? id.slice('MEMBER#'.length) : id);

/** Returns the id of an invitation: an email has one in an organisation, and a new one replaces it. */
export const invitationId = (organisationId: string, email: string): string =>
  digest(organisationId, normaliseEmail(email));

/** Returns the models of organisations, over one table. */
export const organisationModels = (options?: DynamoModelOptions) => ({
  organisations: new OrganisationModel(options),
  members: new MemberModel(options),
  invitations: new InvitationModel(options),
});

export type OrganisationModels = ReturnType<typeof organisationModels>;
