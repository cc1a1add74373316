import { type Entity, scopeField } from '../entity.js';
import type { Field } from '../field.js';
import { capitalised } from '../names.js';
import { displayName, maxStringLength, uniqueFields, valuesName } from './vocabulary.js';

/** `apps/api/src/trpc/products-router.ts` */
export function router(entity: Entity): string {
  const { one, many, indexes, isScoped } = entity;
  const base = isScoped ? 'inOrganisation' : 'procedure';
  const within = isScoped ? '...within, ' : '';
  const extended = (schema: string) => (isScoped ? `${schema}.extend(within)` : schema);
  const enums = new Set(indexes.flatMap(({ partition }) => (partition.type === 'enum' ? [valuesName(partition)] : [])));
  const service = `ctx.services.${many.camel}`;
  return `
import { ${[`create${one.pascal}Schema`, `${one.camel}FilterSchema`, `${one.camel}Schema`, ...enums, `update${one.pascal}Schema`].join(', ')} } from '@aws-starter-kit/${many.kebab}';
import * as z from 'zod';
import { withinDeadline } from './call-deadline.js';
import * as schemas from './schemas.js';
${isScoped ? "import { makeOrganisationServices } from '../services.js';\nimport { scopedProcedure } from './scoped-procedure.js';\nimport { router } from './trpc.js';" : "import { procedure, router } from './trpc.js';"}

const { id, expectedVersion, listOptions, toListPage } = schemas;
${isScoped ? `const within = { ${scopeField}: id };\n` : ''}const listInput = ${extended(`schemas.listInput(${one.camel}FilterSchema)`)};
const pageSchema = schemas.listPageOf(${one.camel}Schema);

const found = <T>(entity: T | null) => schemas.found(entity, '${one.words}');

${
  isScoped
    ? `/** Procedures within an organisation, with its services only. */
const inOrganisation = scopedProcedure({ within: '${scopeField}', services: makeOrganisationServices });

`
    : ''
}/** ${capitalised(many.words)} over tRPC. A read is aborted when its client disconnects. A write is not, because its outcome would be unknown. */
export const ${many.camel}Router = router({
  list: ${base}
    .meta({ needs: '${many.camel}:read', cost: 2 })
    .input(${isScoped ? 'listInput' : 'listInput.prefault({})'})
    .output(pageSchema)
    .query(async ({ ctx, input, signal }) =>
      toListPage(await ${service}.list${many.pascal}(listOptions(input), ctx.options(signal))),
    ),

  createdSince: ${base}
    .meta({ needs: '${many.camel}:read', cost: 2 })
    .input(listInput.extend({ since: schemas.text(64) }))
    .output(pageSchema)
    .query(async ({ ctx, input: { since, ...list }, signal }) =>
      toListPage(await ${service}.list${many.pascal}CreatedSince(since, listOptions(list), ctx.options(signal))),
    ),
${indexes
  .map(
    ({ partition, listName }) => `
  list${listName}: ${base}
    .meta({ needs: '${many.camel}:read', cost: 2 })
    .input(listInput.extend({ ${partition.name}: ${querySchema(partition)} }))
    .output(pageSchema)
    .query(async ({ ctx, input: { ${partition.name}, ...list }, signal }) =>
      toListPage(await ${service}.list${many.pascal}${listName}(${partition.name}, listOptions(list), ctx.options(signal))),
    ),
`,
  )
  .join('')}
  getById: ${base}
    .meta({ needs: '${many.camel}:read' })
    .input(z.strictObject({ ${within}id }))
    .output(${one.camel}Schema)
    .query(async ({ ctx, input, signal }) => found(await ${service}.get${one.pascal}ById(input.id, ctx.options(signal)))),
${uniqueFields(entity)
  .map(
    (field) => `
  getBy${displayName(entity, field)}: ${base}
    .meta({ needs: '${many.camel}:read' })
    .input(z.strictObject({ ${within}${field.name}: ${querySchema(field)} }))
    .output(${one.camel}Schema)
    .query(async ({ ctx, input, signal }) =>
      found(await ${service}.get${one.pascal}By${displayName(entity, field)}(input.${field.name}, ctx.options(signal))),
    ),
`,
  )
  .join('')}
  create: ${base}
    .meta({ needs: '${many.camel}:write' })
    .input(${extended(`create${one.pascal}Schema`)})
    .output(${one.camel}Schema)
    .mutation(async ({ ctx, input${isScoped ? `: { ${scopeField}: _, ...input }` : ''} }) => found(await ${service}.create${one.pascal}(input, ctx.writeOptions()))),

  update: ${base}
    .meta({ needs: '${many.camel}:write' })
    .input(z.strictObject({ ${within}id, data: update${one.pascal}Schema, expectedVersion }))
    .output(${one.camel}Schema)
    .mutation(async ({ ctx, input: { id, data, expectedVersion } }) =>
      found(await ${service}.update${one.pascal}(id, data, { expectedVersion, ...ctx.writeOptions() })),
    ),

  delete: ${base}
    .meta({ needs: '${many.camel}:write' })
    .input(z.strictObject({ ${within}id, expectedVersion }))
    .output(schemas.deletedSchema)
    .mutation(async ({ ctx, input: { id, expectedVersion } }) =>
      schemas.deleted(await ${service}.delete${one.pascal}(id, { expectedVersion, ...ctx.writeOptions() }), '${one.words}'),
    ),

  batchDelete: ${base}
    .meta({ needs: '${many.camel}:admin', ${isScoped ? "role: 'admin', " : ''}cost: 10, isIdempotent: true })
    .input(${extended('schemas.manyIds')})
    .output(schemas.manyDeletedSchema)
    .mutation(async ({ ctx, input }) => {
      const run = (signal: AbortSignal) => ${service}.batchDelete${many.pascal}(input.ids, { signal });
      return schemas.manyDeleted(await withinDeadline(run, undefined, ctx.remainingMs()));
    }),

  count: ${base}
    .meta({ needs: '${many.camel}:read', cost: 10 })
    .input(${isScoped ? 'z.strictObject(within)' : 'z.void()'})
    .output(schemas.countSchema)
    .query(async ({ ctx, signal }) => {
      const { atMost } = schemas;
      const run = (signal: AbortSignal) => ${service}.count${many.pascal}({ signal, atMost });
      return schemas.counted(await withinDeadline(run, signal, ctx.remainingMs()));
    }),
});
`;
}

/** The schema of a field in a query. It accepts any text, so that values from before stricter rules can be found. */
function querySchema(field: Field): string {
  switch (field.type) {
    case 'boolean':
      return 'z.boolean()';
    case 'integer':
    case 'number':
      return 'z.number()';
    case 'enum':
      return `z.enum(${valuesName(field)})`;
    case 'reference':
      return 'id';
    default:
      return `schemas.text(${maxStringLength})`;
  }
}
