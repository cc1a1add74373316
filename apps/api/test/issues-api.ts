import { type BaseModel, DynamoModel, type DynamoModelOptions, generateUUID, key } from '@aws-starter-kit/dynamo';
import { createTRPCClient, httpBatchLink, httpLink, type TRPCClient } from '@trpc/client';
import * as z from 'zod';
import { type FindRoles, type Role, router, scopedProcedure } from '../src/app.js';
import * as schemas from '../src/trpc/schemas.js';
import { headersOf } from './local-tokens.js';
import { type RunningApi, runningApi } from './running-api.js';

interface Issue extends BaseModel {
  organisationId: string;
  title: string;
}

/** Issues that belong to organisations. */
export class IssueModel extends DynamoModel<Issue> {
  protected getEntityName() {
    return 'Issue';
  }
  protected generateId() {
    return generateUUID();
  }
  protected setGSIKeys(issue: Issue) {
    issue.pk1 = key(issue)`ISSUE#${'organisationId'}`;
    issue.sk1 = key(issue)`${'createdAt'}`;
  }
}

export const inOrganisation = scopedProcedure({
  within: 'organisationId',
  services: (table, scope) => ({ issues: new IssueModel(table).within(scope) }),
});

const organisationId = schemas.id;
const ofIssue = z.strictObject({ organisationId, id: schemas.id });
const issueSchema = z.object({ id: z.string(), organisationId: z.string(), title: z.string() });
const found = <T>(issue: T | null) => schemas.found(issue, 'issue');

export const issuesRouter = router({
  issues: router({
    list: inOrganisation
      .meta({ needs: 'issues:read' })
      .input(z.strictObject({ organisationId }))
      .output(z.array(issueSchema))
      .query(async ({ ctx, input, signal }) => {
        const query = { index: 'GSI1', of: { organisationId: input.organisationId } } as const;
        return (await ctx.services.issues.query(query, ctx.options(signal))).items;
      }),
    getById: inOrganisation
      .meta({ needs: 'issues:read' })
      .input(ofIssue)
      .output(issueSchema)
      .query(async ({ ctx, input, signal }) =>
        found(await ctx.services.issues.getById(input.id, { ...ctx.options(signal), consistent: true })),
      ),
    create: inOrganisation
      .meta({ needs: 'issues:write' })
      .input(z.strictObject({ organisationId, title: z.string() }))
      .output(issueSchema)
      .mutation(async ({ ctx, input: { title } }) =>
        found(await ctx.services.issues.create({ title }, ctx.writeOptions())),
      ),
    update: inOrganisation
      .meta({ needs: 'issues:write' })
      .input(ofIssue.extend({ title: z.string() }))
      .output(issueSchema)
      .mutation(async ({ ctx, input: { id, title } }) =>
        found(await ctx.services.issues.update(id, { title }, ctx.writeOptions())),
      ),
    delete: inOrganisation
      .meta({ needs: 'issues:write', role: 'admin' })
      .input(ofIssue)
      .output(schemas.deletedSchema)
      .mutation(async ({ ctx, input }) =>
        schemas.deleted(await ctx.services.issues.delete(input.id, ctx.writeOptions()), 'issue'),
      ),
  }),
});
export type IssuesRouter = typeof issuesRouter;
export type IssuesClient = TRPCClient<IssuesRouter>;

export interface IssuesApi extends RunningApi {
  table: DynamoModelOptions;
  /** The roles of callers by subject, which tests change. */
  memberships: Map<string, Record<string, Role>>;
  /** The subjects whose roles were read. */
  reads: string[];
  /** Runs before each read of roles. */
  beforeRead: (actor: Parameters<FindRoles>[0]) => Promise<unknown>;
  /** Returns the client of a subject, whose token has all permissions of issues. */
  clientOf(subject: string, options?: { scope?: string; isBatching?: boolean }): Promise<IssuesClient>;
}

/** Starts an API whose issues belong to organisations. */
export async function issuesApi(settings: Parameters<typeof runningApi>[0] = {}): Promise<IssuesApi> {
  const memberships: IssuesApi['memberships'] = new Map();
  const reads: string[] = [];
  const organisations: FindRoles = async (actor) => {
    reads.push(actor.subject);
    const { [actor.subject]: found = {} } = structuredClone(Object.fromEntries(memberships));
    await issues.beforeRead(actor);
    return found;
  };
  const api = await runningApi({ router: issuesRouter, access: { organisations }, ...settings });
  const { documentClient: client, tableName } = api;
  const issues: IssuesApi = {
    ...api,
    table: { client, tableName },
    memberships,
    reads,
    beforeRead: async () => {},
    clientOf: async (sub, { scope = 'issues:admin', isBatching = false } = {}) => {
      const link = isBatching ? httpBatchLink : httpLink;
      return createTRPCClient({ links: [link({ url: `${api.url}/trpc`, headers: await headersOf({ sub, scope }) })] });
    },
  };
  return issues;
}
