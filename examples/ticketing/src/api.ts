import {
  type Access,
  type AppDependencies,
  buildApp,
  lastEventId,
  liveChanges,
  liveEventOf,
  router,
  scopedProcedure,
} from '@aws-starter-kit/api/app';
import * as z from 'zod';
import { type Issue, IssueModel } from './issue.js';
import { MemberModel } from './organisation.js';
import { AuditModel } from './project.js';

const inOrganisation = scopedProcedure({
  within: 'organisationId', // the field of the input
  services: (table, { organisationId: orgId }) => ({
    issues: new IssueModel(table).within({ orgId }),
    audit: new AuditModel(table).within({ orgId }),
  }),
});

const organisationId = z.string();
const issueEvent = liveEventOf(z.custom<Issue>());

export const ticketingRouter = router({
  issues: router({
    getById: inOrganisation
      .meta({ needs: 'issues:read' })
      .input(z.strictObject({ organisationId, id: z.string() }))
      .query(({ ctx, input }) => ctx.services.issues.getById(input.id, ctx.options())),
    rename: inOrganisation
      .meta({ needs: 'issues:write' })
      .input(z.strictObject({ organisationId, id: z.string(), title: z.string() }))
      .mutation(({ ctx, input: { id, title } }) => ctx.services.issues.update(id, { title }, ctx.writeOptions())),
    changes: inOrganisation
      .meta({ needs: 'issues:read' })
      .input(z.strictObject({ organisationId, lastEventId }))
      .subscription(({ ctx, input, signal }) => {
        const within = { field: 'orgId', id: ctx.scope.organisationId };
        return liveChanges(ctx, { model: 'issues', output: issueEvent, within, input, signal });
      }),
  }),
  audit: router({
    ofIssue: inOrganisation
      .meta({ needs: 'audit:read', role: 'admin' })
      .input(z.strictObject({ organisationId, id: z.string() }))
      .query(({ ctx, input: { id: targetId } }) =>
        ctx.services.audit.query({ index: 'GSI2', of: { targetId } }, ctx.options()),
      ),
  }),
});

/** A caller has the roles of the members with the verified email of the token. */
const organisations: Access[string] = async ({ claims: { email, email_verified } }, { table, ...options }) => {
  if (email_verified !== true || typeof email !== 'string') return {};
  const query = { index: 'GSI2', of: { email: email.toLowerCase() }, limit: 1000 } as const;
  const { items: members } = await new MemberModel(table).query(query, options);
  return Object.fromEntries(members.map(({ orgId, role }) => [orgId, role]));
};

export const ticketingApi = (dependencies: AppDependencies) =>
  buildApp({ ...dependencies, router: ticketingRouter, access: { organisations } });
