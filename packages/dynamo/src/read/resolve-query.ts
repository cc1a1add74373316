import { type Attributes, isManagedAttribute } from '../entity/entity.js';
import type { EntityDefinition } from '../entity/entity-definition.js';
import { type PartialKey, type PartialKeys, partialKeys, type UnusedAttribute } from '../entity/partial-keys.js';
import { keyNames, type SortKeyCondition } from '../expressions/key-condition.js';
import { last } from '../expressions/shard-condition.js';
import type { AnyQuery, ResolvedQuery } from './page-query.js';

type Index = AnyQuery['index'];

/** Returns the query with its keys as texts. @throws TypeError where they are given in both forms, or `of`, `from` and `to` do not make them */
export function resolveQuery(definition: EntityDefinition, query: AnyQuery): ResolvedQuery {
  const { of, from, to, ...rest } = query;
  if (of === undefined) {
    if (from !== undefined || to !== undefined)
      throw new TypeError('`from` and `to` go with `of`; with `pk`, use `sk`');
    return query as ResolvedQuery; // without a pk it is rejected with the key condition
  }
  if (rest.pk !== undefined || rest.sk !== undefined) {
    throw new TypeError('`of` stands for the keys: give either `of`, or `pk` and `sk`');
  }
  const { index } = query;
  const keys = keysOf(definition, index, of);
  rejectUnused(keys.unused(Object.keys(of), 'both'), index);
  if (!keys.pk.isComplete) throw incompletePartition(index, keys.pk);
  const sk = from === undefined && to === undefined ? conditionOf(keys.sk) : rangeOf(definition, query, keys);
  return { ...rest, pk: keys.pk.text, ...(sk && { sk }) };
}

/** Returns the keys of an index as far as some attributes of an entity determine them. */
export function keysOf(definition: EntityDefinition, index: Index, of: object): PartialKeys {
  return partialKeys(definition.setGSIKeys, storedForm(definition, of), keyNames(index), index);
}

export const incompletePartition = (index: Index, { endsAt }: PartialKey) =>
  new TypeError(`\`of\` needs ${endsAt}: the partition key of ${index} is made of it`);

/** Returns attributes in the form in which they are stored: normalised, without an id's prefix. The scope supplies its own. */
function storedForm({ normalise, prefix, scope }: EntityDefinition, of: object): Attributes {
  if (typeof of !== 'object' || of === null) throw new TypeError('`of`, `from` and `to` are objects of attributes');
  const given = Object.entries(of);
  const own = given.filter(([name, value]) => value !== undefined && value !== null && !isManagedAttribute(name));
  const known: Attributes = { ...scope, ...Object.fromEntries(given), ...normalise(Object.fromEntries(own)) };
  if (typeof known.id === 'string' && known.id.startsWith(prefix)) known.id = known.id.slice(prefix.length);
  return known;
}

function rejectUnused([first]: readonly UnusedAttribute[], index: Index): void {
  if (!first) return;
  const { attribute, after } = first;
  throw new TypeError(
    after === undefined
      ? `${attribute} is no part of the keys of ${index}: test it in \`filter\``
      : `${attribute} follows ${after} in the sort key of ${index}: give ${after} too, or test ${attribute} in \`filter\``,
  );
}

const conditionOf = ({ text, isComplete }: PartialKey): SortKeyCondition | undefined =>
  isComplete ? { eq: text } : text === '' ? undefined : { beginsWith: text };

/** Returns the range of the sort key from one beginning to another. Both are inclusive: the upper one with all that continues it. */
function rangeOf(definition: EntityDefinition, query: AnyQuery, { pk, sk }: PartialKeys): SortKeyCondition | undefined {
  const { index, of = {} } = query;
  const bound = (more: object | undefined): PartialKey => {
    if (more === undefined) return sk;
    const given = Object.keys(Object(more));
    const twice = given.find((name) => Object.hasOwn(of, name));
    if (twice !== undefined)
      throw new TypeError(`${twice} is in \`of\` already: \`from\` and \`to\` have what follows`);
    const keys = keysOf(definition, index, { ...of, ...more });
    rejectUnused(keys.unused(given, 'both'), index);
    if (keys.pk.text !== pk.text || !keys.sk.text.startsWith(sk.text)) {
      throw new TypeError(
        `\`from\` and \`to\` have attributes that follow those of \`of\` in the sort key of ${index}`,
      );
    }
    return keys.sk;
  };
  const [lower, upper] = [bound(query.from), bound(query.to)];
  const end = upper.isComplete ? upper.text : upper.text === '' ? undefined : upper.text + last;
  if (end === undefined) return lower.text === '' ? undefined : { gte: lower.text };
  return lower.text === '' ? { lte: end } : { between: [lower.text, end] };
}
