import { type Entity, type KnownEntity, scopeField } from '../entity.js';
import { capitalised, withArticle } from '../names.js';
import type { Index } from '../read-indexes.js';
import {
  displayName,
  fieldLabel,
  orderOf,
  parameterType,
  takenError,
  uniqueFields,
  unprefixedId,
} from './vocabulary.js';

/** `src/product-service.ts`: the rules of an entity. */
export function service(entity: Entity): string {
  const { one, many, indexes, isScoped } = entity;
  const of = isScoped ? 'this.#scope' : '{}';
  const parent = entity.isParentChecked ? entity.parent : undefined;
  const unique = uniqueFields(entity);
  const thrown = ['InvalidInputError', ...unique.map(takenError)].join(', ');
  const hasDomainErrors = unique.length > 0 || parent !== undefined;
  const passing = hasDomainErrors ? '.catch(rethrowDomainError)' : '';
  const isListedByParent = indexes.some(({ partition }) => partition.type === 'reference');
  return `
import { type BatchDeleteResult, type CallOptions, ${parent ? 'EntityNotFoundError, InvalidInputError, ' : ''}type ListOptions, type NotOnce, type Page, parseInput, ${isScoped ? 'type Scoped, ' : ''}${parent ? 'transact, TransactionPartError, ' : ''}${unique.length > 0 ? 'UniqueConstraintError, ' : ''}type UpdateOptions, type WriteOptions } from '@aws-starter-kit/dynamo/model';
${parent ? `import { ${parent.one.pascal}Model } from '@aws-starter-kit/${parent.many.kebab}';` : ''}
import { timestamp } from '@aws-starter-kit/fields';
import * as z from 'zod';
${unique.length > 0 ? `import { ${unique.map(takenError).join(', ')} } from './errors.js';` : ''}
import { type Create${one.pascal}, create${one.pascal}Schema, type ${one.pascal}, type ${one.pascal}Entity, ${isListedByParent ? `${unprefixedId(entity.parent)}, ` : ''}type Update${one.pascal}, update${one.pascal}Schema } from './${one.kebab}.js';
import { ${one.pascal}Model } from './${one.kebab}-model.js';

export interface ${one.pascal}ServiceOptions {
${isScoped ? `  /** The organisation whose ${many.words} the service has. All others are absent. */\n  ${scopeField}: string;\n` : ''}  /** @default ${withArticle(one.pascal)}Model configured by the environment, created at the first call */
  model?: ${one.pascal}Model;
${
  parent
    ? `  /** Checks that ${withArticle(parent.one.words)} exists. It must have the table of \`model\`. @default ${withArticle(parent.one.pascal)}Model configured by the environment */
  ${parent.one.camel}Model?: ${parent.one.pascal}Model;
`
    : ''
}}

/**
 * The rules of ${many.words}. ${capitalised(withArticle(one.words))} that does not exist is \`null\` (or \`false\`).
 * Every method can also throw the errors of \`@aws-starter-kit/dynamo\`.
 */
export class ${one.pascal}Service {
  #model: ${one.pascal}Model | undefined;
${isScoped ? `  readonly #scope: { ${scopeField}: string };\n  #scoped: Scoped<${one.pascal}Entity, '${scopeField}'> | undefined;\n` : ''}${
  parent
    ? `  #${parent.one.camel}Model: ${parent.one.pascal}Model | undefined;
`
    : ''
}
  constructor(options: ${one.pascal}ServiceOptions${isScoped ? '' : ' = {}'}) {
    this.#model = options.model;
${isScoped ? `    this.#scope = { ${scopeField}: options.${scopeField} };\n` : ''}${
  parent
    ? `    this.#${parent.one.camel}Model = options.${parent.one.camel}Model;
`
    : ''
}  }

  /** Returns ${withArticle(one.words)} by id, with strong consistency. */
  get${one.pascal}ById(id: string, options?: CallOptions): Promise<${one.pascal} | null> {
    return this.#${many.camel}.getById(id, { ...options, consistent: true });
  }

  /** Returns ${many.words} by position, null for an unknown id, with strong consistency. */
  get${many.pascal}ByIds(ids: readonly string[], options?: CallOptions): Promise<(${one.pascal} | null)[]> {
    return this.#${many.camel}.getByIds(ids, { ...options, consistent: true });
  }
${unique
  .map(
    (field) => `
  /** Finds ${withArticle(one.words)} by the claim of its ${fieldLabel(entity, field)}, with strong consistency. */
  get${one.pascal}By${displayName(entity, field)}(${field.name}: ${parameterType(entity, field)}, options?: CallOptions): Promise<${one.pascal} | null> {
    return this.#${many.camel}.getByUnique(${isScoped ? `{ ...this.#scope, ${field.name} }` : `'${field.name}', ${field.name}`}, options);
  }
`,
  )
  .join('')}
  /** Creates ${withArticle(one.words)}. With \`once\`, a repetition of the call returns it as it is now, or null if it is gone. @throws ${thrown} */
  create${one.pascal}(data: Create${one.pascal}, options?: CallOptions & NotOnce): Promise<${one.pascal}Entity>;
  create${one.pascal}(data: Create${one.pascal}, options?: WriteOptions): Promise<${one.pascal}Entity | null>;
  async create${one.pascal}(data: Create${one.pascal}, options?: WriteOptions): Promise<${one.pascal}Entity | null> {
${
  parent
    ? checkedCreate(entity, parent)
    : `    return this.#${many.camel}.create(parseInput(create${one.pascal}Schema, data), options)${passing};
`
}  }

  /** Updates ${withArticle(one.words)} and returns it, or null if it does not exist. @throws ${thrown}, VersionConflictError */
  async update${one.pascal}(id: string, data: Update${one.pascal}, options?: UpdateOptions & WriteOptions): Promise<${one.pascal} | null> {
${
  parent
    ? checkedUpdate(entity, parent)
    : `    return this.#${many.camel}.update(id, parseInput(update${one.pascal}Schema, data), options)${passing};
`
}  }

  /** Deletes ${withArticle(one.words)}, and returns whether it existed. @throws VersionConflictError */
  delete${one.pascal}(id: string, options?: UpdateOptions & WriteOptions): Promise<boolean> {
    return this.#${many.camel}.delete(id, options);
  }

  /** Deletes many ${many.words} in batches. An unknown id counts as a success. */
  batchDelete${many.pascal}(ids: readonly string[], options?: CallOptions): Promise<BatchDeleteResult> {
    return this.#${many.camel}.batchDelete(ids, options);
  }

  /** Returns a page of ${many.words} in order of creation. @throws InvalidCursorError */
  list${many.pascal}(list: ListOptions<${one.pascal}Entity> = {}, options?: CallOptions): Promise<Page<${one.pascal}>> {
    return this.#${many.camel}.query({ ...list, index: 'GSI1', of: ${of} }, options);
  }

  /** Returns a page of the ${many.words} created since an ISO 8601 date or date-time, inclusive (\`2024-01-01\` is midnight UTC). @throws InvalidInputError, InvalidCursorError */
  async list${many.pascal}CreatedSince(since: string, list: ListOptions<${one.pascal}Entity> = {}, options?: CallOptions): Promise<Page<${one.pascal}>> {
    const from = { createdAt: parseInput(timeSchema, { since }).since };
    return this.#${many.camel}.query({ ...list, index: 'GSI1', of: ${of}, from }, options);
  }
${indexes.map((index) => listMethod(entity, index)).join('')}
  /** Counts the ${many.words}, up to \`atMost\` where given. This costs as much as reading those that are counted. */
  count${many.pascal}({ atMost, ...options }: CallOptions & { atMost?: number | undefined } = {}): Promise<number> {
    return this.#${many.camel}.count({ index: 'GSI1', of: ${of}, atMost }, options);
  }

${
  isScoped
    ? `  get #${many.camel}(): Scoped<${one.pascal}Entity, '${scopeField}'> {
    this.#model ??= new ${one.pascal}Model();
    this.#scoped ??= this.#model.within(this.#scope);
    return this.#scoped;
  }
`
    : `  get #${many.camel}(): ${one.pascal}Model {
    this.#model ??= new ${one.pascal}Model();
    return this.#model;
  }
`
}${
  parent
    ? `
  get #${parent.many.camel}(): ${parent.one.pascal}Model {
    this.#${parent.one.camel}Model ??= new ${parent.one.pascal}Model();
    return this.#${parent.one.camel}Model;
  }
`
    : ''
}}

${
  isScoped
    ? ''
    : `/** An instance configured by the environment. It uses neither network nor environment before its first call. */
export const ${one.camel}Service = new ${one.pascal}Service();
`
}
const timeSchema = z.object({ since: timestamp });
${hasDomainErrors ? domainErrors(entity) : ''}`;
}

function listMethod(entity: Entity, index: Index): string {
  const { one, many } = entity;
  const { number, partition, isDescending, listName } = index;
  const { name } = partition;
  const value = partition.type === 'reference' ? `${name}: ${unprefixedId(entity.parent)}(${name})` : name;
  const of = entity.isScoped ? `...this.#scope, ${value}` : value;
  return `
  /** Returns a page of the ${many.words} of one ${fieldLabel(entity, partition)}, ${orderOf(entity, index)}. @throws InvalidCursorError */
  list${many.pascal}${listName}(${name}: ${parameterType(entity, partition)}, list: ListOptions<${one.pascal}Entity> = {}, options?: CallOptions): Promise<Page<${one.pascal}>> {
    return this.#${many.camel}.query({ ...list, ${isDescending ? "order: list.order ?? 'desc', " : ''}index: 'GSI${number}', of: { ${of} } }, options);
  }
`;
}

/** The parent is a part of the transaction, so that it cannot be deleted in the meantime. */
function checkedCreate({ one, many }: Entity, parent: KnownEntity): string {
  return `    const ${one.camel} = parseInput(create${one.pascal}Schema, data);
    const parts = [this.#${many.camel}.creating(${one.camel}), this.#${parent.many.camel}.updating(${one.camel}.${parent.one.camel}Id, {})] as const;
    const [created] = await transact(parts, options)${'.catch(rethrowDomainError)'};
    return created;
`;
}

function checkedUpdate({ one, many }: Entity, parent: KnownEntity): string {
  return `    const changes = parseInput(update${one.pascal}Schema, data);
    if (changes.${parent.one.camel}Id === undefined) return this.#${many.camel}.update(id, changes, options).catch(rethrowDomainError);
    const { expectedVersion, ...call } = options ?? {};
    const parts = [
      this.#${many.camel}.updating(id, changes, { expectedVersion }),
      this.#${parent.many.camel}.updating(changes.${parent.one.camel}Id, {}),
    ] as const;
    try {
      const [updated] = await transact(parts, call);
      return updated;
    } catch (error) {
      if (error instanceof TransactionPartError && error.part === 0 && error.cause instanceof EntityNotFoundError) return null;
      return rethrowDomainError(error as Error);
    }
`;
}

function domainErrors(entity: Entity): string {
  const parent = entity.isParentChecked ? entity.parent : undefined;
  const cases = uniqueFields(entity).map((field) => {
    // the value of a combination is a JSON array
    const text = entity.isScoped ? 'JSON.parse(error.value)[1]' : 'error.value';
    const isText = field.type !== 'integer' && !entity.isScoped;
    const value = isText ? text : `${field.type === 'integer' ? 'Number' : 'String'}(${text})`;
    const attribute = entity.isScoped ? `${scopeField}+${field.name}` : field.name;
    return `  if (error instanceof UniqueConstraintError && error.attribute === '${attribute}')
    throw new ${takenError(field)}(${value}, { cause: error });`;
  });
  if (parent)
    cases.push(`  if (error instanceof EntityNotFoundError)
    throw new InvalidInputError({ ${parent.one.camel}Id: ['There is no such ${parent.one.words}'] }, { cause: error });`);
  return parent
    ? `
function rethrowDomainError(thrown: Error): never {
  const error = thrown instanceof TransactionPartError ? thrown.cause : thrown;
${cases.join('\n')}
  throw error;
}
`
    : `
function rethrowDomainError(error: Error): never {
${cases.join('\n')}
  throw error;
}
`;
}
