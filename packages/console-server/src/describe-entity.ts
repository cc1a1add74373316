import type { Inspection } from '@aws-starter-kit/dynamo';
import type { Procedure, Subscription } from '@aws-starter-kit/procedures';
import pluralize from 'pluralize';
import type { ConsoleEntity, ConsoleList, ConsoleLookUp, ConsoleProcedure, JsonSchema } from './description.js';
import { elementsOfPage, isOf, jsonSchemaOf, propertiesOf } from './json-schemas.js';
import { modelOf, storageOf } from './storage.js';

interface EntityParts {
  readonly getById: Procedure;
  /** The procedures of all routers. */
  readonly all: readonly Procedure[];
  readonly subscriptions: readonly Subscription[];
  readonly models: readonly Inspection[];
}

/** A procedure of the entity's router. */
interface Described {
  readonly name: string;
  readonly type: Procedure['type'];
  readonly procedure: ConsoleProcedure;
  readonly output: JsonSchema;
}

/** Inputs that page through a list. */
const paging = ['limit', 'order', 'cursor', 'direction'];

/** Describes an entity by the names, inputs and outputs of the procedures in its router. */
export function describeEntity({ getById, all, subscriptions, models }: EntityParts): ConsoleEntity {
  const { tag: name, within: scope } = getById;
  const schema = jsonSchemaOf(getById.output, 'output');
  const rest = new Map(all.filter(({ tag }) => tag === name).map((one) => [one.path, describe(one)]));
  const take = (isWanted: (one: Described) => boolean): Described[] => {
    const found = [...rest.values()].filter(isWanted);
    for (const { procedure } of found) rest.delete(procedure.path);
    return found;
  };
  const named = (wanted: string, type: Procedure['type']) =>
    take((one) => one.name === wanted && one.type === type)[0]?.procedure;
  const query = (isWanted: (output: JsonSchema) => boolean) =>
    take(({ type, output }) => type === 'query' && isWanted(output));

  const count = named('count', 'query');
  const versions = named('versions', 'query');
  const lists = query((output) => isOf(schema, elementsOfPage(output)));
  const lookUps = query((output) => isOf(schema, output));
  const changes = subscriptions.find(({ path }) => path === `${name}.changes`);
  const model = modelOf(name, models);
  return present({
    name,
    title: capitalised(wordsOf(name)),
    singular: wordsOf(pluralize.singular(name)),
    schema,
    scope,
    scopes: scope === undefined ? undefined : scopesOf(scope, all),
    storage: model && storageOf(model),
    lists: lists.map(({ procedure, output }) => listOf(procedure, output, scope)),
    lookUps: lookUps.map(({ procedure }) => lookUpOf(procedure, scope)),
    count,
    create: named('create', 'mutation'),
    update: named('update', 'mutation'),
    delete: named('delete', 'mutation'),
    batchDelete: named('batchDelete', 'mutation'),
    changes: changes && procedureOf({ ...changes, takesKey: false }),
    versions,
    revert: named('revert', 'mutation'),
    others: [...rest.values()].map(({ procedure }) => procedure),
  });
}

function describe(procedure: Procedure): Described {
  const { path, tag, type, output } = procedure;
  return {
    name: path.slice(tag.length + 1),
    type,
    procedure: procedureOf(procedure),
    output: jsonSchemaOf(output, 'output'),
  };
}

const procedureOf = ({ path, input, needs, takesKey }: Pick<Procedure, 'path' | 'input' | 'needs' | 'takesKey'>) =>
  present<ConsoleProcedure>({ path, input: input && jsonSchemaOf(input, 'input'), needs, takesKey });

function listOf(procedure: ConsoleProcedure, output: JsonSchema, scope: string | undefined): ConsoleList {
  const inputs = Object.keys(propertiesOf(procedure.input));
  return {
    ...procedure,
    filters: inputs.filter((name) => !paging.includes(name) && name !== scope),
    hasOrder: inputs.includes('order'),
    hasBackward: inputs.includes('direction') && 'prevCursor' in propertiesOf(output),
  };
}

const lookUpOf = (procedure: ConsoleProcedure, scope: string | undefined): ConsoleLookUp => ({
  ...procedure,
  by: (procedure.input?.required ?? []).filter((name) => name !== scope),
});

/** Returns the query by which a caller lists the scopes they have a role in: `organisations.list` for `organisationId`. */
function scopesOf(scope: string, all: readonly Procedure[]): ConsoleProcedure | undefined {
  const path = `${pluralize(scope.replace(/Id$/, ''))}.list`;
  const found = all.find((one) => one.path === path && one.type === 'query' && one.within === undefined);
  return found && procedureOf(found);
}

/** `orderItems` → `order items`. */
const wordsOf = (name: string) => name.replaceAll(/(?<=[a-z\d])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

const capitalised = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** Returns an object without its absent properties. */
const present = <T extends object>(object: { [K in keyof T]: T[K] | undefined }): T =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
