import { router, scopedProcedure } from '@aws-starter-kit/api/app';
import {
  type BaseModel,
  DynamoModel,
  generateUUID,
  key,
  type NewItem,
  UniqueConstraintError,
} from '@aws-starter-kit/dynamo';
import { changesOf, date, filterOf, integer, line, list, longText, storedEntity } from '@aws-starter-kit/fields';
import * as z from 'zod';
import { ClientError } from '../../../api/src/errors/client-error.js';
import * as schemas from '../../../api/src/trpc/schemas.js';

/** A field of each kind that `pnpm gen entity` knows and the users of the API lack. */
const fields = {
  code: line,
  title: line,
  status: z.enum(['planned', 'active', 'done']),
  priority: integer,
  isPublic: z.boolean(),
  dueOn: date.optional(),
  notes: longText.optional(),
  tags: list.optional(),
};
const createSchema = z.strictObject(fields);
const scope = { organisationId: z.string() };
const projectSchema = storedEntity({ ...scope, ...fields });

export type NewProject = z.input<typeof createSchema>;
type Project = BaseModel & { organisationId: string } & z.output<typeof createSchema>;

/** Projects of an organisation, as the generator makes them: a unique code, an index by status, kept versions. */
export class ProjectModel extends DynamoModel<Project> {
  protected getEntityName() {
    return 'Project';
  }
  protected generateId(_data: Partial<NewItem<Project>>) {
    return generateUUID();
  }
  protected setGSIKeys(entity: Project) {
    entity.pk1 = key(entity)`PROJECT#${'organisationId'}`;
    entity.sk1 = key(entity)`${'createdAt'}`;
    entity.pk2 = key(entity)`PROJECT#STATUS#${'organisationId'}#${'status'}`;
    entity.sk2 = key(entity)`${'createdAt'}`;
  }
  protected override uniqueAttributes() {
    return [['organisationId', 'code']] as const;
  }
  protected override keepsHistory() {
    return true;
  }
}

const inOrganisation = scopedProcedure({
  within: 'organisationId',
  services: (table, of) => ({ projects: new ProjectModel(table).within(of) }),
});

const within = { organisationId: schemas.id };
const { id, expectedVersion, found, listOptions, toListPage } = schemas;
const listInput = schemas.listInput(filterOf(fields)).extend(within);
const pageSchema = schemas.listPageOf(projectSchema);
const ofProject = z.strictObject({ ...within, id });
const read = inOrganisation.meta({ needs: 'projects:read' });
const write = inOrganisation.meta({ needs: 'projects:write' });

const rejectTaken = (error: unknown): never => {
  if (error instanceof UniqueConstraintError)
    throw new ClientError({ code: 'CONFLICT', message: 'This code is taken', reason: 'VALUE_TAKEN', field: 'code' });
  throw error;
};

export const projectsRouter = router({
  list: read
    .input(listInput)
    .output(pageSchema)
    .query(async ({ ctx, input: { organisationId: _, ...input }, signal }) =>
      toListPage(
        await ctx.services.projects.query({ index: 'GSI1', of: {}, ...listOptions(input) }, ctx.options(signal)),
      ),
    ),
  listByStatus: read
    .input(listInput.extend({ status: fields.status }))
    .output(pageSchema)
    .query(async ({ ctx, input: { organisationId: _, status, ...input }, signal }) =>
      toListPage(
        await ctx.services.projects.query(
          { index: 'GSI2', of: { status }, ...listOptions(input) },
          ctx.options(signal),
        ),
      ),
    ),
  getById: read
    .input(ofProject)
    .output(projectSchema)
    .query(async ({ ctx, input, signal }) =>
      found(await ctx.services.projects.getById(input.id, { ...ctx.options(signal), consistent: true }), 'project'),
    ),
  getByCode: read
    .input(z.strictObject({ ...within, code: schemas.text(1000) }))
    .output(projectSchema)
    .query(async ({ ctx, input: { code, organisationId }, signal }) =>
      found(await ctx.services.projects.getByUnique({ organisationId, code }, ctx.options(signal)), 'project'),
    ),
  create: write
    .input(createSchema.extend(within))
    .output(projectSchema)
    .mutation(async ({ ctx, input: { organisationId: _, ...data } }) =>
      found(await ctx.services.projects.create(data, ctx.writeOptions()).catch(rejectTaken), 'project'),
    ),
  update: write
    .input(z.strictObject({ ...within, id, data: changesOf(fields), expectedVersion }))
    .output(projectSchema)
    .mutation(async ({ ctx, input: { id, data, expectedVersion } }) => {
      const options = { expectedVersion, ...ctx.writeOptions() };
      return found(await ctx.services.projects.update(id, data, options).catch(rejectTaken), 'project');
    }),
  delete: write
    .input(z.strictObject({ ...within, id, expectedVersion }))
    .output(schemas.deletedSchema)
    .mutation(async ({ ctx, input: { id, expectedVersion } }) =>
      schemas.deleted(await ctx.services.projects.delete(id, { expectedVersion, ...ctx.writeOptions() }), 'project'),
    ),
  batchDelete: inOrganisation
    .meta({ needs: 'projects:admin', isIdempotent: true })
    .input(schemas.manyIds.extend(within))
    .output(schemas.manyDeletedSchema)
    .mutation(async ({ ctx, input }) => schemas.manyDeleted(await ctx.services.projects.batchDelete(input.ids))),
  versions: read
    .input(ofProject.extend(schemas.paging))
    .output(schemas.pageOf(z.object({ version: z.int(), at: z.string(), entity: projectSchema.nullable() })))
    .query(async ({ ctx, input: { id, limit, cursor }, signal }) =>
      schemas.toPage(await ctx.services.projects.versionsOf(id, { limit, cursor }, ctx.options(signal))),
    ),
  revert: inOrganisation
    .meta({ needs: 'projects:write', isIdempotent: true })
    .input(ofProject.extend({ version: z.int() }))
    .output(projectSchema)
    .mutation(async ({ ctx, input: { id, version } }) =>
      found(await ctx.services.projects.revert(id, version), 'version'),
    ),
  count: read
    .input(z.strictObject(within))
    .output(schemas.countSchema)
    .query(async ({ ctx, signal }) => {
      const query = { index: 'GSI1', of: {}, atMost: schemas.atMost } as const;
      return schemas.counted(await ctx.services.projects.count(query, ctx.options(signal)));
    }),
});
