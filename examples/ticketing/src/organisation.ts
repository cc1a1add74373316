import { type EntityOf, key, lowerCase } from '@aws-starter-kit/dynamo';
import * as z from 'zod';
import { modelOf } from './model-of.js';

const organisationSchema = {
  name: z.string().trim().min(1).max(100),
  slug: z.string().regex(/^[a-z][a-z0-9-]{1,30}$/),
  admins: z.int().min(1).default(1),
};

export class OrganisationModel extends modelOf('Organisation', organisationSchema) {
  protected setGSIKeys(entity: EntityOf<typeof organisationSchema>) {
    entity.pk1 = key(entity)`ORG#${'id'}`;
    entity.sk1 = 'ORGANISATION';
  }
  protected override uniqueAttributes() {
    return ['slug'] as const;
  }
  protected override counters() {
    return ['admins'] as const;
  }
}

const email = z.email().toLowerCase();

const memberSchema = {
  orgId: z.string(),
  email,
  name: z.string().trim().min(1).max(100),
  role: z.enum(['admin', 'member']).default('member'),
};
export type Member = EntityOf<typeof memberSchema>;

export class MemberModel extends modelOf('Member', memberSchema) {
  protected setGSIKeys(entity: Member) {
    entity.pk1 = key(entity)`ORG#${'orgId'}`;
    entity.sk1 = key(entity)`MEMBER#${lowerCase('name')}`;
    entity.pk2 = key(entity)`EMAIL#${'email'}`;
    entity.sk2 = key(entity)`MEMBER#${'orgId'}`;
  }
  protected override uniqueAttributes() {
    return [['orgId', 'email']] as const;
  }
}

const inDays = (days: number) => Math.floor(Date.now() / 1000) + days * 86_400;

const invitationSchema = { orgId: z.string(), email, expiresAt: z.int().default(() => inDays(7)) };
export type Invitation = EntityOf<typeof invitationSchema>;

export class InvitationModel extends modelOf('Invitation', invitationSchema) {
  protected setGSIKeys(entity: Invitation) {
    entity.pk1 = key(entity)`ORG#${'orgId'}`;
    entity.sk1 = key(entity)`INVITATION#${'email'}`;
    entity.pk2 = key(entity)`EMAIL#${'email'}`;
    entity.sk2 = key(entity)`INVITATION#${'orgId'}`;
  }
  protected override uniqueAttributes() {
    return [['orgId', 'email']] as const;
  }
  protected override ttlAttribute() {
    return 'expiresAt' as const;
  }
}

const sessionSchema = { memberId: z.string(), expiresAt: z.int().default(() => inDays(30)) };

export class SessionModel extends modelOf('Session', sessionSchema) {
  protected setGSIKeys(entity: EntityOf<typeof sessionSchema>) {
    entity.pk2 = key(entity)`MEMBER#${'memberId'}`;
    entity.sk2 = key(entity)`SESSION#${'createdAt'}`;
  }
  protected override ttlAttribute() {
    return 'expiresAt' as const;
  }
}
