import { pluralize, singularize } from 'inflection';
import { type Field, parseFields } from './field.js';
import { listed, type Name, nameOf } from './names.js';
import { Refusal } from './refusal.js';
import { isReservedWord, isTakenType } from './reserved.js';

/** What the command was told. */
export interface EntityRequest {
  name: string;
  fields: string;
  plural?: string | undefined;
  belongsTo?: string | undefined;
}

/** An entity that is there, by the names of one and of many: `{ one: nameOf('user'), many: nameOf('users') }`. */
export interface KnownEntity {
  one: Name;
  many: Name;
}

export interface Entity extends KnownEntity {
  fields: readonly Field[];
  parent: KnownEntity | undefined;
  /** GSI1 has a partition for each value of this field. */
  gsi1: Field | undefined;
  /** GSI2 holds all entities in order of creation, or of this field and then of creation. */
  gsi2: Field | undefined;
}

/** Folders and entities of the repository, whose names are taken. */
export interface Surroundings {
  entities: readonly KnownEntity[];
  /** Names of folders in `packages` and `apps`. */
  folders: readonly string[];
}

/** @throws Refusal where the name, a field or their combination will not do */
export function readEntity(request: EntityRequest, { entities, folders }: Surroundings): Entity {
  const { one, many } = readNames(request);
  for (const known of entities) {
    if (known.one.constant === one.constant || known.many.camel === many.camel)
      throw new Refusal(`There is an entity ${known.one.camel} (${known.many.camel}) already: take another name`);
  }
  if (folders.includes(many.kebab))
    throw new Refusal(
      `There is a folder ${many.kebab} in packages or apps already: take another name, or another plural by --plural`,
    );

  const own = parseFields(request.fields);
  if (own.length === 0)
    throw new Refusal(
      `${one.pascal} has no fields: give it some, such as --fields "name:string price:number sku:string:unique"`,
    );
  const parent = request.belongsTo === undefined ? undefined : findParent(request.belongsTo, entities);
  const reference = parent && referenceTo(parent);
  if (reference && own.some(({ name }) => name === reference.name))
    throw new Refusal(`Field ${reference.name} comes with --belongs-to ${parent.one.camel}: leave it out of --fields`);
  const fields = [...(reference ? [reference] : []), ...own];
  return { one, many, fields, parent, ...chooseIndexes(fields) };
}

function readNames({ name, plural }: EntityRequest): KnownEntity {
  const isName = (text: string) => /^[A-Za-z][A-Za-z0-9]*([-_][A-Za-z0-9]+)*$/.test(text) && text.length <= 40;
  if (!isName(name))
    throw new Refusal(
      `"${name}" is no name of an entity: it has up to 40 letters and digits, a letter first, such as product or orderItem`,
    );
  const one = nameOf(name);
  if (isReservedWord(one.camel) || isTakenType(one.pascal) || ['index', 'unique'].includes(one.camel))
    throw new Refusal(
      `${one.camel} cannot name an entity: the word, or the type ${one.pascal}, is taken by the language or by this project`,
    );
  if (plural === undefined && singularize(one.camel) !== one.camel && pluralize(one.camel) === one.camel)
    throw new Refusal(
      `"${name}" is a plural: name one of them, ${singularize(one.camel)}, or say by --plural what many are called`,
    );
  if (plural !== undefined && !isName(plural))
    throw new Refusal(`--plural is "${plural}": it has up to 40 letters and digits, a letter first`);
  const many = nameOf(plural ?? pluralize(one.camel));
  if (many.camel === one.camel)
    throw new Refusal(`One and many are both called ${one.camel}: give another name for many by --plural`);
  if (isReservedWord(many.camel))
    throw new Refusal(`Many are called ${many.camel}, a reserved word: give another name by --plural`);
  return { one, many };
}

function findParent(text: string, entities: readonly KnownEntity[]): KnownEntity {
  const wanted = nameOf(text).constant;
  const parent = entities.find(({ one }) => one.constant === wanted);
  if (parent) return parent;
  const known = entities.map(({ one }) => one.camel);
  throw new Refusal(
    `--belongs-to names "${text}", which is no entity: there ${known.length === 1 ? 'is' : 'are'} ${listed(known)}; generate it first`,
  );
}

function referenceTo({ one }: KnownEntity): Field {
  return { name: `${one.camel}Id`, type: 'reference', values: [], isOptional: false, isUnique: false, isIndexed: true };
}

/**
 * The table has two indexes. The second one also lists all entities, in order of creation where no field needs it: so who is in it
 * may not be without its field.
 */
function chooseIndexes(fields: readonly Field[]): Pick<Entity, 'gsi1' | 'gsi2'> {
  const indexed = fields.filter(({ isIndexed }) => isIndexed);
  if (indexed.length > 2)
    throw new Refusal(
      `The fields ${listed(indexed.map(({ name }) => name))} want an index each, and a table has two: leave :index out of some`,
    );
  if (indexed.length < 2) return { gsi1: indexed[0], gsi2: undefined };
  const required = indexed.filter(({ isOptional, type }) => !isOptional && type !== 'reference');
  const gsi2 = required.find(({ type }) => type !== 'string') ?? required.at(-1);
  if (!gsi2)
    throw new Refusal(
      `The fields ${listed(indexed.map(({ name }) => name))} have an index each, of which the second also lists all entities: one of them may not be optional`,
    );
  return { gsi1: indexed.find((field) => field !== gsi2), gsi2 };
}
