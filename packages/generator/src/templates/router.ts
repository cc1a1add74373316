import type { Entity } from '../entity.js';
import type { Field } from '../field.js';
import { indexedFields, maxStringLength, spoken, uniqueFields, valuesName } from './vocabulary.js';

/** `apps/api/src/products-router.ts` */
export function router(entity: Entity): string {
  const { one, many, gsi2 } = entity;
  const enums = indexedFields(entity).filter(({ type }) => type === 'enum');
  const service = `ctx.services.${many.camel}`;
  return `
import { ${[`create${one.pascal}Schema`, `${one.camel}Schema`, ...enums.map(valuesName), `update${one.pascal}Schema`].join(', ')} } from '@aws-starter-kit/${many.kebab}';
import * as z from 'zod';
import * as shapes from './shapes.js';
import { procedure, router } from './trpc.js';

const { id, expectedVersion, paging } = shapes;
const listInput = z.strictObject({ ...paging, order: shapes.order });
const pageSchema = shapes.pageOf(${one.camel}Schema);

const found = <T>(entity: T | null) => shapes.found(entity, '${one.words}');

/** ${many.words.charAt(0).toUpperCase()}${many.words.slice(1)} over tRPC. Reads end when their client leaves; writes never do, since an abort would leave their outcome unknown. */
export const ${many.camel}Router = router({
  list: procedure
    .meta({ needs: '${many.camel}:read', cost: 2 })
    .input(listInput.prefault({}))
    .output(pageSchema)
    .query(async ({ ctx, input: { limit, order, cursor }, signal }) =>
      shapes.toPage(await ${service}.list${many.pascal}({ limit, order, cursor }, { signal })),
    ),
${
  gsi2
    ? ''
    : `
  createdAfter: procedure
    .meta({ needs: '${many.camel}:read', cost: 2 })
    .input(z.strictObject({ ...paging, after: shapes.text(64) }))
    .output(pageSchema)
    .query(async ({ ctx, input: { limit, after, cursor }, signal }) =>
      shapes.toPage(await ${service}.list${many.pascal}CreatedAfter(after, { limit, cursor }, { signal })),
    ),
`
}${indexedFields(entity)
  .map(
    (field) => `
  listBy${spoken(entity, field)}: procedure
    .meta({ needs: '${many.camel}:read', cost: 2 })
    .input(listInput.extend({ ${field.name}: ${wanted(field)} }))
    .output(pageSchema)
    .query(async ({ ctx, input: { ${field.name}, limit, order, cursor }, signal }) =>
      shapes.toPage(await ${service}.list${many.pascal}By${spoken(entity, field)}(${field.name}, { limit, order, cursor }, { signal })),
    ),
`,
  )
  .join('')}
  getById: procedure
    .meta({ needs: '${many.camel}:read' })
    .input(z.strictObject({ id }))
    .output(${one.camel}Schema)
    .query(async ({ ctx, input, signal }) => found(await ${service}.get${one.pascal}ById(input.id, { signal }))),
${uniqueFields(entity)
  .map(
    (field) => `
  getBy${spoken(entity, field)}: procedure
    .meta({ needs: '${many.camel}:read' })
    .input(z.strictObject({ ${field.name}: ${wanted(field)} }))
    .output(${one.camel}Schema)
    .query(async ({ ctx, input, signal }) =>
      found(await ${service}.get${one.pascal}By${spoken(entity, field)}(input.${field.name}, { signal })),
    ),
`,
  )
  .join('')}
  create: procedure
    .meta({ needs: '${many.camel}:write' })
    .input(create${one.pascal}Schema)
    .output(${one.camel}Schema)
    .mutation(({ ctx, input }) => ${service}.create${one.pascal}(input)),

  update: procedure
    .meta({ needs: '${many.camel}:write' })
    .input(z.strictObject({ id, data: update${one.pascal}Schema, expectedVersion }))
    .output(${one.camel}Schema)
    .mutation(async ({ ctx, input: { id, data, expectedVersion } }) =>
      found(await ${service}.update${one.pascal}(id, data, { expectedVersion })),
    ),

  delete: procedure
    .meta({ needs: '${many.camel}:write' })
    .input(z.strictObject({ id, expectedVersion }))
    .output(shapes.deletedSchema)
    .mutation(async ({ ctx, input: { id, expectedVersion } }) =>
      shapes.deleted(await ${service}.delete${one.pascal}(id, { expectedVersion }), '${one.words}'),
    ),

  batchDelete: procedure
    .meta({ needs: '${many.camel}:admin', cost: 10 })
    .input(shapes.manyIds)
    .output(shapes.manyDeletedSchema)
    .mutation(async ({ ctx, input }) => shapes.manyDeleted(await ${service}.batchDelete${many.pascal}(input.ids))),

  count: procedure
    .meta({ needs: '${many.camel}:read', cost: 10 })
    .input(z.void())
    .output(z.object({ count: z.int() }))
    .query(async ({ ctx, signal }) => ({ count: await ${service}.count${many.pascal}({ signal }) })),
});
`;
}

/** What a query may ask for: any text that a field can have been, also before its rules became stricter. */
function wanted(field: Field): string {
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
      return `shapes.text(${maxStringLength})`;
  }
}
