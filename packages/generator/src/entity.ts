import pluralize from 'pluralize';
import { type Field, isCollection, parseFields } from './field.js';
import { capitalised, joinWords, type Name, nameOf } from './names.js';
import { type Index, readIndexes } from './read-indexes.js';
import { isReservedWord, isTakenType } from './reserved.js';
import { UsageError } from './usage-error.js';

/** The arguments of the command. */
export interface EntityRequest {
  name: string;
  fields: string;
  /** The names of each index, such as `status,updatedAt desc`. */
  index?: readonly string[] | undefined;
  plural?: string | undefined;
  belongsTo?: string | undefined;
  /** Checks that the parent exists. */
  check?: boolean | undefined;
  /** The scope that its entities belong to: an organisation. */
  within?: string | undefined;
}

/** An existing entity, by its singular and plural names: `{ one: nameOf('user'), many: nameOf('users') }`. */
export interface KnownEntity {
  one: Name;
  many: Name;
}

export interface Entity extends KnownEntity {
  fields: readonly Field[];
  parent: KnownEntity | undefined;
  /** The parent must exist. */
  isParentChecked: boolean;
  /** Each entity belongs to one organisation, which its service is made for. */
  isScoped: boolean;
  /** The indexes beside GSI1, which holds all entities in order of creation. */
  indexes: readonly Index[];
}

/** The field with the organisation of an entity. */
export const scopeField = 'organisationId';

/** The names that are taken in a repository. */
export interface Workspace {
  entities: readonly KnownEntity[];
  /** Names of folders in `packages` and `apps`. */
  folders: readonly string[];
}

/** Checks the arguments of the command against each other and the workspace. @throws UsageError */
export function readEntity(request: EntityRequest, { entities, folders }: Workspace): Entity {
  const { one, many } = readNames(request);
  for (const known of entities) {
    if (known.one.constant === one.constant || known.many.camel === many.camel)
      throw new UsageError(`The entity ${known.one.camel} (${known.many.camel}) already exists: choose another name`);
  }
  if (folders.includes(many.kebab))
    throw new UsageError(
      `The folder ${many.kebab} already exists in packages or apps: choose another name, or another plural with --plural`,
    );

  const own = parseFields(request.fields);
  if (own.length === 0)
    throw new UsageError(
      `${one.pascal} has no fields: add some, such as --fields "name:string price:number sku:string:unique"`,
    );
  if (own.every(isCollection))
    throw new UsageError(
      `${one.pascal} has only lists, sets and maps: add a field with one value, such as name:string`,
    );
  const parent = request.belongsTo === undefined ? undefined : findParent(request.belongsTo, entities);
  const reference = parent && referenceTo(parent);
  if (reference && own.some(({ name }) => name === reference.name))
    throw new UsageError(`--belongs-to ${parent.one.camel} adds the field ${reference.name}: remove it from --fields`);
  const isParentChecked = request.check === true;
  if (isParentChecked && !parent) throw new UsageError('--check is for --belongs-to: add it, or leave --check out');
  const fields = [...(reference ? [reference] : []), ...own];
  const displayName = (field: Field) => (field === reference ? (parent?.one.pascal ?? '') : capitalised(field.name));
  const isScoped = request.within !== undefined;
  if (isScoped && nameOf(request.within ?? '').camel !== 'organisation')
    throw new UsageError(
      `--within names "${request.within}": entities can belong to an organisation, so use --within organisation`,
    );
  if (isScoped && isParentChecked)
    throw new UsageError('--check does not go with --within: leave --check out, and check the parent in the service');
  if (isScoped && fields.some(({ name }) => name === scopeField))
    throw new UsageError(`--within organisation adds the field ${scopeField}: remove it from --fields`);
  const indexes = readIndexes(fields, request.index ?? [], displayName);
  return { one, many, fields, parent, isParentChecked, isScoped, indexes };
}

function readNames({ name, plural }: EntityRequest): KnownEntity {
  const rule = 'a name has up to 40 letters and digits and starts with a letter';
  const isName = (text: string) => /^[A-Za-z][A-Za-z0-9]*([-_][A-Za-z0-9]+)*$/.test(text) && text.length <= 40;
  if (!isName(name)) throw new UsageError(`"${name}" cannot name an entity: ${rule}, for example product or orderItem`);
  const one = nameOf(name);
  if (isReservedWord(one.camel) || isTakenType(one.pascal) || ['index', 'unique'].includes(one.camel))
    throw new UsageError(
      `${one.camel} cannot name an entity: JavaScript or this project already uses ${one.camel} or the type ${one.pascal}`,
    );
  if (plural === undefined && pluralize.singular(one.camel) !== one.camel && pluralize.plural(one.camel) === one.camel)
    throw new UsageError(
      `"${name}" is a plural: use the singular, ${pluralize.singular(one.camel)}, or give the plural with --plural`,
    );
  if (plural !== undefined && !isName(plural)) throw new UsageError(`--plural cannot be "${plural}": ${rule}`);
  const many = nameOf(plural ?? pluralize.plural(one.camel));
  if (many.camel === one.camel)
    throw new UsageError(`${one.camel} is both singular and plural: give another plural with --plural`);
  if (isReservedWord(many.camel))
    throw new UsageError(`The plural ${many.camel} is a reserved word: give another one with --plural`);
  return { one, many };
}

function findParent(text: string, entities: readonly KnownEntity[]): KnownEntity {
  const wanted = nameOf(text).constant;
  const parent = entities.find(({ one }) => one.constant === wanted);
  if (parent) return parent;
  const known = joinWords(entities.map(({ one }) => one.camel));
  throw new UsageError(
    `--belongs-to names "${text}", which does not exist: generate it first, or choose one of ${known}`,
  );
}

function referenceTo({ one }: KnownEntity): Field {
  return { name: `${one.camel}Id`, type: 'reference', values: [], isOptional: false, isUnique: false, isIndexed: true };
}
