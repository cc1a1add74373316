import { isManagedAttribute } from './entity.js';
import type { EntityDefinition } from './entity-definition.js';
import { checkDeclaration } from './index-keys.js';

/** The conditions and clauses of more counters may exceed DynamoDB's limits of an expression. */
const maxCounters = 20;

/**
 * Returns a definition whose counters are checked: no key, no claim and no time of expiry may depend on what changes without a version.
 * @throws TypeError
 */
export function withCheckedCounters(definition: EntityDefinition): EntityDefinition {
  const { name, counters, indexed, uniqueAttributes, expiry, setGSIKeys } = definition;
  if (counters.length === 0) return definition;
  if (counters.length > maxCounters) {
    throw new TypeError(`counters() of ${name} has ${counters.length} attributes: it takes at most ${maxCounters}`);
  }
  if (!indexed) {
    throw new TypeError(
      `${name} has counters(), so the attributes of its index keys must be known: declare indexedAttributes(), or build the keys from key(entity)\`…\` alone`,
    );
  }
  for (const counter of counters) {
    if (isManagedAttribute(counter)) {
      throw new TypeError(
        `counters() of ${name} has ${counter}, which the model manages: name attributes of the entity's own`,
      );
    }
    const other = otherUseOf(counter, { indexed, uniqueAttributes, expiry });
    if (other) {
      throw new TypeError(
        `${counter} of ${name} is a counter, and ${other}: counters change without a version, so nothing may depend on them. Remove it from counters()`,
      );
    }
  }
  checkDeclaration(setGSIKeys, indexed);
  return definition;
}

function otherUseOf(
  counter: string,
  { indexed = [], uniqueAttributes, expiry }: Pick<EntityDefinition, 'indexed' | 'uniqueAttributes' | 'expiry'>,
): string | undefined {
  if (indexed.includes(counter)) return 'part of an index key';
  if (uniqueAttributes.includes(counter)) return 'a unique attribute';
  return counter === expiry ? 'the time of expiry' : undefined;
}
