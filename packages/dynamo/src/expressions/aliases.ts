import type { Attributes } from '../entity/entity.js';

/** The condition of a request, with its names and values where it has any. */
export interface Expressions {
  ConditionExpression: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Attributes;
}

/** Gives every name and value of one request an alias, so that neither reserved words nor special characters in names matter. */
export class Aliases {
  readonly names: Record<string, string> = {};
  readonly values: Attributes = {};
  #count = 0;

  name(attribute: string): string {
    const alias = `#a${this.#count++}`;
    this.names[alias] = attribute;
    return alias;
  }

  value(value: unknown): string {
    const alias = `:v${this.#count++}`;
    this.values[alias] = value;
    return alias;
  }

  /** Returns the maps of the request; DynamoDB rejects empty ones. */
  expressions(): Pick<Expressions, 'ExpressionAttributeNames' | 'ExpressionAttributeValues'> {
    const maps: ReturnType<Aliases['expressions']> = {};
    if (Object.keys(this.names).length > 0) maps.ExpressionAttributeNames = this.names;
    if (Object.keys(this.values).length > 0) maps.ExpressionAttributeValues = this.values;
    return maps;
  }
}
