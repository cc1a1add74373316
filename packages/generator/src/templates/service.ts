import type { Entity } from '../entity.js';
import { listed, withArticle } from '../names.js';
import { partitionOf, prefixOf } from './model.js';
import { invalidError, said, spoken, takenError, uniqueFields, wantedType } from './vocabulary.js';

/** `src/product-service.ts`: the rules of an entity. */
export function service(entity: Entity): string {
  const { one, many, gsi1, gsi2 } = entity;
  const unique = uniqueFields(entity);
  const thrown = listed([invalidError(entity), ...unique.map(takenError)], 'or').replace(' or ', ', ');
  const passing = unique.length > 0 ? '.catch(withDomainError)' : '';
  const order = gsi2 ? `by ${said(entity, gsi2)}, those of one in order of creation` : 'in order of creation';
  const keyFunctions = [gsi1 && partitionOf(entity), gsi2 && prefixOf(entity)].filter((name) => name !== undefined);
  return `
import { type CallOptions, type Page, ${unique.length > 0 ? 'UniqueConstraintError, ' : ''}type UpdateOptions } from '@aws-starter-kit/dynamo';
import * as z from 'zod';
import { ${[invalidError(entity), ...unique.map(takenError)].join(', ')} } from './errors.js';
import { type Create${one.pascal}, create${one.pascal}Schema, type ${one.pascal}, type Update${one.pascal}, update${one.pascal}Schema } from './${one.kebab}.js';
import { ${[...keyFunctions, `${one.pascal}Model`, `${one.camel}Partition`].join(', ')} } from './${one.kebab}-model.js';

export interface ${one.pascal}ServiceOptions {
  /** @default ${withArticle(one.pascal)}Model by the environment, made at the first call */
  model?: ${one.pascal}Model;
}

/** Which ${many.words} to list; \`limit\` from 1 to 1,000. */
export interface ListOptions {
  limit?: number | undefined;
  cursor?: string | undefined;
  order?: 'asc' | 'desc' | undefined;
}

/**
 * The rules of ${many.words}. What is not found is \`null\` (or \`false\`).
 * Beside its own errors every method rejects with those of \`@aws-starter-kit/dynamo\`.
 */
export class ${one.pascal}Service {
  #model: ${one.pascal}Model | undefined;

  constructor(options: ${one.pascal}ServiceOptions = {}) {
    this.#model = options.model;
  }

  /** Strongly consistent: what was just created is found. */
  get${one.pascal}ById(id: string, options?: CallOptions): Promise<${one.pascal} | null> {
    return this.#${many.camel}.getById(id, { ...options, consistent: true });
  }

  /** By position, null where there is none; strongly consistent. */
  get${many.pascal}ByIds(ids: readonly string[], options?: CallOptions): Promise<(${one.pascal} | null)[]> {
    return this.#${many.camel}.getByIds(ids, { ...options, consistent: true });
  }
${unique
  .map(
    (field) => `
  /** By the claim on the ${said(entity, field)}: strongly consistent. */
  get${one.pascal}By${spoken(entity, field)}(${field.name}: ${wantedType(entity, field)}, options?: CallOptions): Promise<${one.pascal} | null> {
    return this.#${many.camel}.getByUnique('${field.name}', ${field.name}, options);
  }
`,
  )
  .join('')}
  /** @throws ${thrown} */
  async create${one.pascal}(data: Create${one.pascal}, options?: CallOptions): Promise<${one.pascal}> {
    return this.#${many.camel}.create(parsed(create${one.pascal}Schema, data), options)${passing};
  }

  /** The ${one.words} as it is then; null where there is none. @throws ${thrown}, VersionConflictError */
  async update${one.pascal}(id: string, data: Update${one.pascal}, options?: UpdateOptions): Promise<${one.pascal} | null> {
    return this.#${many.camel}.update(id, parsed(update${one.pascal}Schema, data), options)${passing};
  }

  /** True: it existed. @throws VersionConflictError */
  delete${one.pascal}(id: string, options?: UpdateOptions): Promise<boolean> {
    return this.#${many.camel}.delete(id, options);
  }

  /** Deletes many, in batches; an id that is not there counts as success. */
  batchDelete${many.pascal}(ids: readonly string[], options?: CallOptions) {
    return this.#${many.camel}.batchDelete(ids, options);
  }

  /** A page of ${many.words} ${order}. @throws InvalidCursorError */
  list${many.pascal}(list: ListOptions = {}, options?: CallOptions): Promise<Page<${one.pascal}>> {
    return this.#${many.camel}.query({ ...list, index: 'GSI2', pk: ${one.camel}Partition }, options);
  }
${
  gsi2
    ? `
  /** A page of the ${many.words} of one ${said(entity, gsi2)}, in order of creation. @throws InvalidCursorError */
  list${many.pascal}By${spoken(entity, gsi2)}(${gsi2.name}: ${wantedType(entity, gsi2)}, list: ListOptions = {}, options?: CallOptions): Promise<Page<${one.pascal}>> {
    const sk = { beginsWith: ${prefixOf(entity)}(${gsi2.name}) };
    return this.#${many.camel}.query({ ...list, index: 'GSI2', pk: ${one.camel}Partition, sk }, options);
  }
`
    : `
  /** A page of ${many.words} created strictly after a time (ISO 8601), in order of creation. @throws ${invalidError(entity)}, InvalidCursorError */
  async list${many.pascal}CreatedAfter(after: string, list: ListOptions = {}, options?: CallOptions): Promise<Page<${one.pascal}>> {
    const sk = { gt: \`CREATED#\${parsed(timeSchema, { after }).after}\` };
    return this.#${many.camel}.query({ ...list, index: 'GSI2', pk: ${one.camel}Partition, sk }, options);
  }
`
}${
  gsi1
    ? `
  /** A page of the ${many.words} of one ${said(entity, gsi1)}, in order of creation. @throws InvalidCursorError */
  list${many.pascal}By${spoken(entity, gsi1)}(${gsi1.name}: ${wantedType(entity, gsi1)}, list: ListOptions = {}, options?: CallOptions): Promise<Page<${one.pascal}>> {
    return this.#${many.camel}.query({ ...list, index: 'GSI1', pk: ${partitionOf(entity)}(${gsi1.name}) }, options);
  }
`
    : ''
}
  /** How many ${many.words} there are: costs as much as reading them all. */
  count${many.pascal}(options?: CallOptions): Promise<number> {
    return this.#${many.camel}.count({ index: 'GSI2', pk: ${one.camel}Partition }, options);
  }

  get #${many.camel}(): ${one.pascal}Model {
    this.#model ??= new ${one.pascal}Model();
    return this.#model;
  }
}

/** A ready instance by the environment; it touches neither network nor environment until its first call. */
export const ${one.camel}Service = new ${one.pascal}Service();
${
  gsi2
    ? ''
    : `
/** A date (midnight UTC) or a date-time with its offset, in the form of \`createdAt\`. */
const timeSchema = z.object({
  after: z.union([z.iso.date(), z.iso.datetime({ offset: true })]).transform((time) => new Date(time).toISOString()),
});
`
}
function parsed<S extends z.ZodType>(schema: S, data: unknown): z.output<S> {
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  const fieldErrors: Record<string, string[]> = {};
  for (const { path, message } of result.error.issues) {
    const field = path.join('.') || '${one.camel}';
    fieldErrors[field] = [...(fieldErrors[field] ?? []), message];
  }
  throw new ${invalidError(entity)}(fieldErrors, { cause: result.error });
}
${unique.length > 0 ? domainErrors(entity) : ''}`.replace(
    'import * as z',
    gsi2 ? 'import type * as z' : 'import * as z',
  );
}

function domainErrors(entity: Entity): string {
  const cases = uniqueFields(entity).map((field) => {
    const value = field.type === 'integer' ? 'Number(error.value)' : 'error.value';
    return `  if (error instanceof UniqueConstraintError && error.attribute === '${field.name}')
    throw new ${takenError(field)}(${value}, { cause: error });`;
  });
  return `
function withDomainError(error: Error): never {
${cases.join('\n')}
  throw error;
}
`;
}
