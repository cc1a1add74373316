import type { Attributes } from '../entity/entity.js';
import { type EntityDefinition, filterOf } from '../entity/entity-definition.js';
import { Aliases } from '../expressions/aliases.js';
import { checkedConditions } from '../expressions/checked-conditions.js';
import { checkExpressionLimits } from '../expressions/expression-limits.js';
import { shallowMerge } from '../shallow-merge.js';

/** The filter of a query or scan. */
export interface ItemFilter {
  readonly FilterExpression: string;
  readonly names: Record<string, string>;
  readonly values: Attributes;
}

/**
 * Returns the filter that selects the items of one entity which meet the caller's conditions, if there are any.
 * @throws the errors of `checkedConditions`, and TypeError over DynamoDB's limits
 */
export function itemFilter(definition: EntityDefinition, conditions: unknown): ItemFilter {
  const own = filterOf(definition);
  if (conditions === undefined) return own;
  const checked = checkedConditions(conditions, definition);
  if (checked.length === 0) return own;
  const aliases = new Aliases();
  const all = [own.FilterExpression, ...checked.map((condition) => condition.express(aliases))];
  const FilterExpression = all.join(' AND ');
  checkExpressionLimits(FilterExpression, 'filter');
  return {
    FilterExpression,
    names: shallowMerge(own.names, aliases.names),
    values: shallowMerge(own.values, aliases.values),
  };
}
