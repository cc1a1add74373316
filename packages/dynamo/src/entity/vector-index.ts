import {
  type VectorDistance,
  type VectorIndexSettings,
  vectorFault,
  vectorIndexName,
} from '../connection/vector-settings.js';
import { InvalidItemError } from '../invalid-item-error.js';
import { type Attribute, type Attributes, type AttributeValue, type BaseModel, isManagedAttribute } from './entity.js';
import { maxPartitionKeyBytes, maxSortKeyBytes } from './entity-id.js';
import { checkedKey, type IndexKeys } from './index-keys.js';

type AttributeOf<T extends BaseModel, V> = {
  [K in Attribute<T>]: [NonNullable<AttributeValue<T, K>>] extends [V] ? K : never;
}[Attribute<T>];

/** The names of an entity's attributes that hold lists of numbers. */
export type VectorAttribute<T extends BaseModel> = AttributeOf<T, readonly number[]>;

/** The names of an entity's attributes that a search can compare: those that hold text, numbers or booleans. */
export type ComparableAttribute<T extends BaseModel> = AttributeOf<T, string | number | boolean>;

/** The vector index of a model. */
export interface VectorIndex<T extends BaseModel> extends VectorIndexSettings {
  /** The attribute that holds the vector of an entity. One without a vector is not found by a search. */
  readonly attribute: VectorAttribute<T>;
  /**
   * Attributes of which every search names the value, such as `['orgId']`: it examines, and is charged for, entities with these values alone. An
   * entity without one of them is not found. @default none: a search examines all entities of the model
   */
  readonly partition?: readonly ComparableAttribute<T>[] | undefined;
  /** Attributes of which a search may name the value: at most four. @default none */
  readonly filters?: readonly ComparableAttribute<T>[] | undefined;
}

/** The vector index of a model, once checked. */
export interface ResolvedVectorIndex {
  readonly attribute: string;
  readonly dimensions: number;
  readonly distance: VectorDistance;
  readonly indexName: string;
  readonly partition: readonly string[];
  readonly filters: readonly string[];
}

/** Holds the partition of an entity in its vector index. No item without it is found. */
export const vectorPartitionKey = 'vk0';
/** Hold the values of `filters`, in their order. They are texts, so that models with different attributes can share an index. */
export const vectorFilterKeys = ['vk1', 'vk2', 'vk3', 'vk4'] as const;

/** Checks the vector index that a model declares. @throws TypeError */
export function resolveVectorIndex(
  name: string,
  declared:
    | (VectorIndexSettings & { partition?: readonly string[] | undefined; filters?: readonly string[] | undefined })
    | undefined,
): ResolvedVectorIndex | undefined {
  if (!declared) return undefined;
  const { attribute, dimensions, distance = 'cosine', partition = [], filters = [] } = declared;
  const fault = vectorFault(declared) ?? listFault([...partition, ...filters], attribute, filters.length);
  if (fault) throw new TypeError(`vectorIndex() of ${name} has ${fault}`);
  return { attribute, dimensions, distance, indexName: vectorIndexName(declared), partition, filters };
}

function listFault(compared: readonly string[], attribute: string, filters: number): string | undefined {
  if (isManagedAttribute(attribute)) return `the attribute ${attribute}; it takes an attribute of the entity's own`;
  if (filters > vectorFilterKeys.length) return `${filters} filters; it takes at most ${vectorFilterKeys.length}`;
  const managed = compared.find((one) => isManagedAttribute(one) || one === attribute);
  if (managed !== undefined) return `${managed} as partition or filter; it takes other attributes of the entity's own`;
  const twice = compared.find((one, i) => compared.indexOf(one) !== i);
  return twice === undefined ? undefined : `${twice} twice; an attribute is either part of the partition or a filter`;
}

/** Returns the keys by which a search selects an entity; none where an attribute of its partition is absent. */
export function vectorKeys(vectors: ResolvedVectorIndex, prefix: string, entity: Attributes): IndexKeys {
  const partition = partitionText(vectors, prefix, entity);
  if (partition === undefined) return {};
  const keys: IndexKeys = { [vectorPartitionKey]: partition };
  vectors.filters.forEach((name, i) => {
    const value = entity[name];
    if (isComparable(value)) keys[vectorFilterKeys[i] as string] = filterText(name, value);
  });
  return keys;
}

/**
 * Returns the partition of an entity: `ISSUE#acme`; undefined where one of its attributes is absent.
 * @throws InvalidItemError that names the attributes, for values that are too long for a key
 */
export function partitionText(
  { partition }: ResolvedVectorIndex,
  prefix: string,
  entity: Attributes,
): string | undefined {
  const values = partition.map((name) => entity[name]);
  if (!values.every(isComparable)) return undefined;
  const text = prefix + values.map((value) => encodeURIComponent(String(value))).join('#');
  return checkedKey(partition.join('+'), text, maxPartitionKeyBytes);
}

export const isComparable = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

/**
 * Returns the text of a value in a filter. Never empty, since no key may be.
 * @throws InvalidItemError that names the attribute, for a value that is too long for a key
 */
export const filterText = (attribute: string, value: string | number | boolean): string =>
  checkedKey(attribute, `=${value}`, maxSortKeyBytes);

/** The greatest magnitude of a 32-bit float, in which DynamoDB compares vectors. */
export const maxFloat32 = 3.402_823_5e38;

/**
 * Checks the vector among some attributes of an entity.
 * @throws InvalidItemError, since DynamoDB would reject the write without naming the reason in a form that callers can use
 */
export function checkVector(vectors: ResolvedVectorIndex | undefined, attributes: Attributes): void {
  if (!vectors) return;
  const { attribute, dimensions } = vectors;
  const value = attributes[attribute];
  if (value === undefined) return;
  if (!Array.isArray(value)) throw notAVector(attribute, `it takes a list of ${dimensions} numbers`);
  if (value.length !== dimensions) {
    throw notAVector(attribute, `it has ${value.length} numbers, and its vector index takes ${dimensions}`);
  }
  const wrong = value.findIndex((one) => typeof one !== 'number' || !(Math.abs(one) <= maxFloat32));
  if (wrong >= 0) throw notAVector(`${attribute}[${wrong}]`, 'it takes a finite number that fits in 32 bits');
}

/** @throws InvalidItemError for operations on a part of a vector */
export function rejectVectorParts(vectors: ResolvedVectorIndex | undefined, names: readonly string[]): void {
  if (vectors && names.includes(vectors.attribute)) {
    throw notAVector(vectors.attribute, 'a vector is replaced as a whole');
  }
}

const notAVector = (attribute: string, advice: string) => new InvalidItemError(attribute, 'no vector', { advice });
