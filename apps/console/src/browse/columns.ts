import type { ConsoleEntity, JsonSchema } from '../api/description.js';
import { kindOfSchema, type ValueKind } from '../values/value-kind.js';
import { wordsOf } from '../values/words.js';

/** A column of a list: an attribute of the entity. */
export interface ListColumn {
  readonly name: string;
  readonly label: string;
  readonly kind: ValueKind | undefined;
  readonly width: number;
  /** Shown before the user has chosen columns. */
  readonly isShown: boolean;
}

/** Attributes by which people know an entity, the best one first. */
const naming = ['name', 'title', 'label', 'subject', 'email', 'key', 'slug', 'code'];
/** Attributes of every entity, which come last. */
const managed = ['id', 'version', 'createdAt', 'updatedAt'];
const shownManaged = ['id', 'createdAt'];

const widths: Readonly<Record<ValueKind, number>> = {
  text: 220,
  number: 120,
  boolean: 90,
  date: 130,
  dateTime: 210,
  enum: 140,
  list: 200,
  map: 220,
};
/** How many columns a list shows before the user has chosen any. */
const mostShown = 8;

/** Returns the columns of an entity's lists: first the attribute that names it, last those that every entity has. */
export function columnsOf({ schema, scope }: ConsoleEntity): ListColumn[] {
  const properties = schema.properties ?? {};
  const names = Object.keys(properties);
  const title = titleAttribute(schema);
  const own = names.filter((name) => !managed.includes(name) && name !== title);
  const ordered = [
    ...(title ? [title] : []),
    ...own,
    ...managed.filter((name) => name in properties && name !== title),
  ];
  return ordered.map((name, place) => {
    const kind = kindOfSchema(properties[name]);
    return {
      name,
      label: wordsOf(name),
      kind,
      width: widths[kind ?? 'text'],
      isShown: managed.includes(name)
        ? shownManaged.includes(name) || name === title
        : place < mostShown && name !== scope,
    };
  });
}

/** Returns the attribute by which people know an entity; its id if there is none. */
export function titleAttribute({ properties = {} }: JsonSchema): string | undefined {
  const found = naming.find((name) => kindOfSchema(properties[name]) === 'text');
  return found ?? ('id' in properties ? 'id' : undefined);
}
