import type { ConsoleEntity, ConsoleList, Entity, JsonSchema } from '../api/description.js';

/** Number of entities of a page: the most that the API takes. */
export const pageSize = 100;

/** Returns the list that has all entities by time: the first one that takes an order and needs no filter. */
export const newestListOf = ({ lists, scope }: ConsoleEntity): ConsoleList | undefined =>
  lists.find(({ hasOrder, input }) => hasOrder && (input?.required ?? []).every((name) => name === scope));

/** Returns the times of creation; undefined if the entities are not in their order, the newest first. */
export function creationTimes(entities: readonly Entity[]): Date[] | undefined {
  const times: Date[] = [];
  for (const { createdAt } of entities) {
    const time = new Date(createdAt ?? Number.NaN);
    const previous = times.at(-1);
    if (Number.isNaN(time.valueOf()) || (previous && time > previous)) return undefined;
    times.push(time);
  }
  return times;
}

/** An attribute with few possible values, and the list that is filtered by it. */
export interface StatusAttribute {
  readonly name: string;
  readonly values: readonly string[];
  /** Absent if no list takes this attribute alone. */
  readonly list?: ConsoleList | undefined;
}

/** A chart of more values says little. */
const maxValues = 12;

/** Returns the attribute to count by: the first one with an enum, before others one that a list is filtered by. */
export function statusAttributeOf(entity: ConsoleEntity): StatusAttribute | undefined {
  const { lists, scope } = entity;
  const found = Object.entries(propertiesOf(entity)).flatMap(([name, property]): StatusAttribute[] => {
    const values = enumOf(property);
    if (values.length < 2 || values.length > maxValues) return [];
    const list = lists.find(({ input, filters }) => {
      const required = (input?.required ?? []).filter((one) => one !== scope);
      return filters.includes(name) && required.every((one) => one === name);
    });
    return [{ name, values, list }];
  });
  return found.find(({ list }) => list) ?? found[0];
}

/** A stored entity may be from before a rule, so its schema may have texts where inputs have enums. */
function propertiesOf({ schema, create, lists }: ConsoleEntity): Readonly<Record<string, JsonSchema>> {
  const stored = schema.properties ?? {};
  const inputs = [...lists.map(({ input }) => input), create?.input].map((input) => input?.properties ?? {});
  const ofInput = (name: string) =>
    inputs.map(({ [name]: property }) => property).find((one) => one && enumOf(one).length > 0);
  return Object.fromEntries(Object.entries(stored).map(([name, property]) => [name, ofInput(name) ?? property]));
}

const enumOf = ({ enum: values, anyOf = [] }: JsonSchema): readonly string[] =>
  values?.filter((value) => typeof value === 'string') ?? anyOf.flatMap(enumOf);
