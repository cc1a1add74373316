import type { BaseModel } from '@aws-starter-kit/dynamo/model';
import { createUserSchema, normaliseEmail } from '@aws-starter-kit/users';
import * as z from 'zod';

/** Roles of members. Each includes those before it. */
export const roles = ['viewer', 'member', 'admin'] as const;
/** What a member may do. Each role includes those before it: `viewer`, `member`, `admin`. */
export type Role = (typeof roles)[number];

/** A caller as an identity provider names it: `iss` and `sub` of its tokens. */
export interface Subject {
  issuer: string;
  subject: string;
}

/** A caller with the email that its identity provider has verified, if any. */
export interface Person extends Subject {
  email?: string | undefined;
}

/** An organisation as stored. */
export interface Organisation extends BaseModel {
  name: string;
  /** The members that are its admins, at least one. A set, so that a change of a role does not depend on the role before. */
  adminIds: ReadonlySet<string>;
}

/** A caller or service account that has a role in an organisation. */
export interface Member extends BaseModel, Subject {
  organisationId: string;
  role: Role;
  /** The verified email of a person. */
  email?: string;
  /** The name of a service account. */
  name?: string;
}

/** An invitation, without its token, of which only a hash is stored. */
export interface Invitation extends BaseModel {
  organisationId: string;
  email: string;
  role: Role;
  tokenHash: string;
  /** In seconds since 1970. It is gone then. */
  expiresAt: number;
}

const line = (maxLength: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(maxLength)
    .refine((text) => text.isWellFormed(), 'Not valid Unicode');

/** The attributes of a new organisation. */
export const createOrganisationSchema = z.strictObject({ name: line(100) });
/** The fields of a new organisation. */
export type CreateOrganisation = z.infer<typeof createOrganisationSchema>;

/** Whom to invite. */
export const inviteSchema = z.strictObject({
  email: createUserSchema.shape.email.transform(normaliseEmail),
  role: z.enum(roles).default('member'),
});
/** Whom to invite, and with which role (`member` by default). */
export type Invite = z.input<typeof inviteSchema>;

/** A service account: `iss` and `sub` of its tokens, and a name for its admins. */
export const serviceAccountSchema = z.strictObject({
  issuer: line(1000),
  subject: line(1000),
  name: line(100),
  role: z.enum(roles).default('member'),
});
/** A service account to add, such as a job or another API. */
export type ServiceAccount = z.input<typeof serviceAccountSchema>;

const managed = { id: z.string(), createdAt: z.string(), updatedAt: z.string().optional(), version: z.number() };

/** An organisation as returned to callers. */
export const organisationSchema = z.object({ ...managed, name: z.string() });
/** A member as returned to callers. */
export const memberSchema = z.object({
  ...managed,
  organisationId: z.string(),
  issuer: z.string(),
  subject: z.string(),
  role: z.enum(roles),
  email: z.string().optional(),
  name: z.string().optional(),
});
/** An invitation as returned to callers. */
export const invitationSchema = z.object({
  ...managed,
  organisationId: z.string(),
  email: z.string(),
  role: z.enum(roles),
  expiresAt: z.number(),
});
