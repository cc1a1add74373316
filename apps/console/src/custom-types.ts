import type { ComponentType } from 'react';
import type { ConsoleEntity, Entity, JsonSchema } from './api/description.js';

/** The value of an attribute, in a list and on the page of its entity. */
export interface CellProps {
  readonly value: unknown;
  readonly entity: Entity;
}

/** An input of a form. */
export interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly schema: JsonSchema;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
  readonly isRequired: boolean;
  /** Problems of the value, as the form or the API found them. */
  readonly errors: readonly string[];
}

/** The page of an entity, in place of its attributes. The head with its buttons and the other tabs stay. */
export interface PageProps {
  readonly entity: ConsoleEntity;
  readonly value: Entity;
}

/** What a project replaces for one entity. Names are those of its attributes. */
export interface CustomEntity {
  readonly columns?: Readonly<Record<string, ComponentType<CellProps>>>;
  readonly fields?: Readonly<Record<string, ComponentType<FieldProps>>>;
  readonly page?: ComponentType<PageProps>;
}

/** Replacements by the name of an entity's router. */
export type Custom = Readonly<Record<string, CustomEntity>>;
