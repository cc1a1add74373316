import type { StandardSchemaV1 } from '@standard-schema/spec';
import { InvalidItemError } from '../invalid-item-error.js';
import { fieldErrorsOf } from '../parse-input.js';
import type { Attribute, Attributes, AttributeValue, BaseModel } from './entity.js';

/** The schema of each attribute, of any library that implements Standard Schema, such as zod. */
export type Schema = Readonly<Record<string, StandardSchemaV1>>;

/** A schema whose outputs are the attributes of an entity. */
export type SchemaOf<T extends BaseModel> = {
  readonly [K in Attribute<T>]?: StandardSchemaV1<unknown, AttributeValue<T, K>>;
};

type Flat<T> = { [K in keyof T]: T[K] };
type Output<S extends Schema, K extends keyof S> = StandardSchemaV1.InferOutput<S[K]>;
type Input<S extends Schema, K extends keyof S> = StandardSchemaV1.InferInput<S[K]>;
type OptionalOutput<S extends Schema> = { [K in keyof S]: undefined extends Output<S, K> ? K : never }[keyof S];
type OptionalInput<S extends Schema> = { [K in keyof S]: undefined extends Input<S, K> ? K : never }[keyof S];

/** The entity that a schema describes: `type User = EntityOf<typeof userSchema>`. */
export type EntityOf<S extends Schema> = BaseModel &
  Flat<
    { [K in Exclude<keyof S, OptionalOutput<S>>]: Output<S, K> } & {
      [K in OptionalOutput<S>]?: Exclude<Output<S, K>, undefined>;
    }
  >;

/** The input of `create` for a schema with defaults or transforms: `DynamoModel<User, NewOf<typeof userSchema>>`. */
export type NewOf<S extends Schema> = Flat<
  { [K in Exclude<keyof S, OptionalInput<S>>]: Input<S, K> } & {
    [K in OptionalInput<S>]?: Exclude<Input<S, K>, undefined>;
  }
>;

/**
 * Parses the attributes of a new entity: all that the schema has, so that defaults apply.
 * @throws InvalidItemError, one for all attributes, with `fieldErrors`
 */
export async function parseNew(schema: Schema | undefined, given: Attributes): Promise<Attributes> {
  return schema ? (await parse(schema, given, Object.keys(schema))).set : given;
}

/** What the changes of an update set and remove. */
export interface ParsedChanges {
  readonly set: Attributes;
  readonly remove: readonly string[];
}

/**
 * Parses the changes of an update. null removes an attribute where the schema does not accept it as a value.
 * @throws InvalidItemError, one for all attributes, with `fieldErrors`
 */
export async function parseChanges(schema: Schema | undefined, given: Attributes): Promise<ParsedChanges> {
  if (schema) return parse(schema, given, Object.keys(given));
  const set: Attributes = {};
  const remove: string[] = [];
  for (const name in given) {
    if (given[name] === null) remove.push(name);
    else set[name] = given[name];
  }
  return { set, remove };
}

async function parse(schema: Schema, given: Attributes, names: readonly string[]): Promise<ParsedChanges> {
  const set: Attributes = {};
  const remove: string[] = [];
  const issues: StandardSchemaV1.Issue[] = Object.keys(given)
    .filter((name) => !Object.hasOwn(schema, name))
    .map((name) => ({ path: [name], message: 'Unknown attribute' }));
  for (const name of names) {
    const one = Object.hasOwn(schema, name) ? schema[name] : undefined;
    if (!one) continue;
    const result = await validate(one, given[name]);
    if (!result.issues) {
      if (result.value !== undefined) set[name] = result.value;
    } else if (given[name] === null && (await isOptional(one))) remove.push(name);
    else issues.push(...result.issues.map((issue) => ({ ...issue, path: [name, ...(issue.path ?? [])] })));
  }
  if (issues.length === 0) return { set, remove };
  const fieldErrors = fieldErrorsOf(issues);
  throw new InvalidItemError(Object.keys(fieldErrors)[0] ?? '', 'schema', { fieldErrors });
}

const validate = (schema: StandardSchemaV1, value: unknown) => schema['~standard'].validate(value);

async function isOptional(schema: StandardSchemaV1): Promise<boolean> {
  const result = await validate(schema, undefined);
  return !result.issues && result.value === undefined;
}
