import {
  createOrganisationSchema,
  invitationSchema,
  inviteSchema,
  MemberService,
  memberSchema,
  OrganisationService,
  organisationSchema,
  type Person,
  roles,
  serviceAccountSchema,
} from '@aws-starter-kit/organisations';
import * as z from 'zod';
import type { Actor } from '../auth/jwt-authentication.js';
import type { FindRoles } from '../auth/roles.js';
import type { Context } from './context.js';
import { verifiedEmailOf } from './ownership.js';
import * as schemas from './schemas.js';
import { scopedProcedure } from './scoped-procedure.js';
import { procedure, router } from './trpc.js';

const { id, paging, toPage } = schemas;
const organisationId = id;
const role = z.enum(roles);
const ofOrganisation = z.strictObject({ organisationId });
const oneOf = z.strictObject({ organisationId, id });

/** A member as listed: only admins see who it is for the identity provider. */
const listedMemberSchema = memberSchema.partial({ issuer: true, subject: true });

/** Procedures within an organisation, with its members. */
const inOrganisation = scopedProcedure({
  within: 'organisationId',
  services: (table, scope) => ({ members: new MemberService(scope, table) }),
});

const organisationsOf = ({ roles, logger }: Context) => new OrganisationService({ ...roles.table, logger });

const personOf = ({ claims, subject }: Actor): Person => ({
  issuer: String(claims.iss),
  subject,
  email: verifiedEmailOf(claims),
});

/** Options of a change that an admin makes. Its transaction checks the role: what is known of it here may be 30 s old. */
const asAdmin = ({ actor, writeOptions }: Pick<Context, 'actor' | 'writeOptions'>) => ({
  ...writeOptions(),
  by: personOf(actor),
});

/** Returns the roles of a caller in organisations, for `buildApp({ access: { organisations: organisationRoles } })`. */
export const organisationRoles: FindRoles = (actor, { table, id, ...options }) =>
  new OrganisationService(table).rolesOf({ ...personOf(actor), id }, options);

/** The procedures of organisations: members with roles, invitations and service accounts. */
export const organisationsRouter = router({
  create: procedure
    .meta({ needs: 'organisations:write' })
    .input(createOrganisationSchema)
    .output(organisationSchema)
    .mutation(async ({ ctx, input }) =>
      schemas.found(
        await organisationsOf(ctx).createOrganisation(input, personOf(ctx.actor), ctx.writeOptions()),
        'organisation',
      ),
    ),

  list: procedure
    .meta({ needs: 'organisations:read' })
    .input(z.void())
    .output(z.array(organisationSchema.extend({ role })))
    .query(({ ctx, signal }) => organisationsOf(ctx).listOrganisationsOf(personOf(ctx.actor), ctx.options(signal))),

  accept: procedure
    .meta({ needs: 'organisations:write', isIdempotent: true })
    .input(z.strictObject({ token: schemas.text(2200) }))
    .output(memberSchema)
    .mutation(({ ctx, input }) =>
      organisationsOf(ctx).acceptInvitation(input.token, personOf(ctx.actor), ctx.options()),
    ),

  members: inOrganisation
    .meta({ needs: 'organisations:read' })
    .input(ofOrganisation.extend(paging))
    .output(schemas.pageOf(listedMemberSchema))
    .query(async ({ ctx, input: { limit, cursor }, signal }) => {
      const page = toPage(await ctx.services.members.listMembers({ limit, cursor }, ctx.options(signal)));
      if (ctx.role === 'admin') return page;
      return { ...page, items: page.items.map(({ issuer: _, subject: __, ...member }) => member) };
    }),

  setRole: inOrganisation
    .meta({ needs: 'organisations:write', role: 'admin' })
    .input(oneOf.extend({ role }))
    .output(memberSchema)
    .mutation(async ({ ctx, input }) => {
      const changed = await ctx.services.members.setRole(input.id, input.role, asAdmin(ctx));
      const member = schemas.found(changed, 'member');
      ctx.roles.forget(member.issuer, member.subject);
      return member;
    }),

  removeMember: inOrganisation
    .meta({ needs: 'organisations:write', role: 'admin' })
    .input(oneOf)
    .output(schemas.deletedSchema)
    .mutation(async ({ ctx, input: { id } }) => {
      const { members } = ctx.services;
      const member = await members.getMember(id, ctx.options());
      const isRemoved = await members.removeMember(id, asAdmin(ctx));
      if (member) ctx.roles.forget(member.issuer, member.subject);
      return schemas.deleted(isRemoved, 'member');
    }),

  // not a procedure within: a repetition comes from a caller who has left
  leave: procedure
    .meta({ needs: 'organisations:write' })
    .input(ofOrganisation)
    .output(schemas.deletedSchema)
    .mutation(async ({ ctx, input }) => {
      const { actor, roles, logger } = ctx;
      const { issuer, subject } = personOf(actor);
      const members = new MemberService(input, { ...roles.table, logger });
      const hasLeft = await members.leave({ issuer, subject }, ctx.writeOptions());
      roles.forget(issuer, subject);
      return schemas.deleted(hasLeft, 'membership');
    }),

  invite: inOrganisation
    .meta({ needs: 'organisations:write', role: 'admin' })
    .input(inviteSchema.extend({ organisationId }))
    .output(z.object({ invitation: invitationSchema, token: z.string() }))
    .mutation(async ({ ctx, input: { email, role } }) =>
      schemas.found(await ctx.services.members.invite({ email, role }, asAdmin(ctx)), 'invitation'),
    ),

  invitations: inOrganisation
    .meta({ needs: 'organisations:read', role: 'admin' })
    .input(ofOrganisation.extend(paging))
    .output(schemas.pageOf(invitationSchema))
    .query(async ({ ctx, input: { limit, cursor }, signal }) =>
      toPage(await ctx.services.members.listInvitations({ limit, cursor }, ctx.options(signal))),
    ),

  revokeInvitation: inOrganisation
    .meta({ needs: 'organisations:write', role: 'admin' })
    .input(oneOf)
    .output(schemas.deletedSchema)
    .mutation(async ({ ctx, input }) =>
      schemas.deleted(await ctx.services.members.revokeInvitation(input.id, asAdmin(ctx)), 'invitation'),
    ),

  addServiceAccount: inOrganisation
    .meta({ needs: 'organisations:write', role: 'admin' })
    .input(serviceAccountSchema.extend({ organisationId }))
    .output(memberSchema)
    .mutation(async ({ ctx, input: { organisationId: _, ...account } }) =>
      schemas.found(await ctx.services.members.addServiceAccount(account, asAdmin(ctx)), 'member'),
    ),
});
