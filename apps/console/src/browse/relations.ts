import type { ConsoleEntity } from '../api/description.js';

const camelCase = (words: string) => words.replaceAll(/ (\w)/g, (_, letter: string) => letter.toUpperCase());

/** Returns the name of attributes that hold the id of such an entity: `order item` → `orderItemId`. */
export const referenceName = ({ singular }: ConsoleEntity): string => `${camelCase(singular)}Id`;

/** Returns the entity whose id an attribute holds, if it is described. */
export const referredBy = (attribute: string, entities: readonly ConsoleEntity[]): ConsoleEntity | undefined =>
  entities.find((entity) => referenceName(entity) === attribute);

/** A list of another entity that can be narrowed to those that refer to one entity. */
export interface RelatedList {
  readonly entity: ConsoleEntity;
  /** Of its procedure, without that of its router. */
  readonly list: string;
  readonly param: `f.${string}`;
}

/** Returns the lists of those that refer to an entity, the best one of each other entity. */
export function relatedLists(entity: ConsoleEntity, entities: readonly ConsoleEntity[]): RelatedList[] {
  const name = referenceName(entity);
  return entities.flatMap((other) => {
    // an index by the reference costs less than a filter of all
    const byIndex = other.lists.find(({ input }) => input?.required?.includes(name));
    const byFilter = other.lists.find(({ input }) => input?.properties?.filter?.properties?.[name]);
    const list = byIndex ?? byFilter;
    if (!list) return [];
    return [
      { entity: other, list: list.path.split('.').at(-1) ?? '', param: byIndex ? `f.${name}` : `f.filter.${name}` },
    ];
  });
}
