import { type CheckedCondition, conditionExpression } from './condition.js';
import { type Attributes, nowSeconds, writeIdAttribute } from './entity.js';

/** Conditions of one write, each named, so that a reader sees the rule and not a string. */
const exists = 'attribute_exists(id)';
const isAbsent = 'attribute_not_exists(id)';

/** The parts of a request that carry expressions; each part is there only where it is needed. */
export interface Expressions {
  ConditionExpression?: string;
  UpdateExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Attributes;
}

/** What must hold for a stored entity to be written. */
export interface Guard {
  /** The version that it must have; 0 also stands for none. */
  version?: number | undefined;
  /** The write that must not have stored it: our own, at a repeat. */
  notWrittenBy?: string;
  /** Attributes that must still hold these values; `undefined`: must still be absent. */
  values?: Attributes;
  /** What the caller asks for. */
  conditions?: readonly CheckedCondition[];
  /** What is to be added to numbers: they must be some, and stay safe integers. */
  increment?: Readonly<Record<string, number>>;
  /** The attribute by which it must not have expired. */
  expiry?: string | undefined;
}

/** Gives every name and value of one request an alias, so that no reserved word and no sign in a name matters. */
class Aliases {
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

  /** DynamoDB refuses empty maps of names or values. */
  expressions(): Pick<Expressions, 'ExpressionAttributeNames' | 'ExpressionAttributeValues'> {
    return {
      ...(Object.keys(this.names).length > 0 && { ExpressionAttributeNames: this.names }),
      ...(Object.keys(this.values).length > 0 && { ExpressionAttributeValues: this.values }),
    };
  }
}

function conditions(guard: Guard, aliases: Aliases): string[] {
  const all = [exists];
  if (guard.version !== undefined) {
    const name = aliases.name('version');
    const same = `${name} = ${aliases.value(guard.version)}`;
    all.push(guard.version === 0 ? `(attribute_not_exists(${name}) OR ${same})` : same);
  }
  if (guard.notWrittenBy !== undefined) {
    const name = aliases.name(writeIdAttribute);
    all.push(`(attribute_not_exists(${name}) OR ${name} <> ${aliases.value(guard.notWrittenBy)})`);
  }
  for (const [attribute, value] of Object.entries(guard.values ?? {})) {
    const name = aliases.name(attribute);
    all.push(value === undefined ? `attribute_not_exists(${name})` : `${name} = ${aliases.value(value)}`);
  }
  for (const condition of guard.conditions ?? []) all.push(conditionExpression(condition, aliases));
  for (const [attribute, by] of Object.entries(guard.increment ?? {})) {
    const name = aliases.name(attribute);
    const [low, high] = [Math.min(0, by), Math.max(0, by)];
    const range = `${aliases.value(-Number.MAX_SAFE_INTEGER - low)} AND ${aliases.value(Number.MAX_SAFE_INTEGER - high)}`;
    all.push(`(attribute_not_exists(${name}) OR ${name} BETWEEN ${range})`);
  }
  if (guard.expiry !== undefined) {
    const name = aliases.name(guard.expiry);
    all.push(`(NOT attribute_type(${name}, ${aliases.value('N')}) OR ${name} > ${aliases.value(nowSeconds())})`);
  }
  return all;
}

/** The expressions of a create: no item may have the id, unless it has expired. */
export const absentOrExpired = ({ expiry }: { expiry: string | undefined }): Expressions =>
  expiry === undefined ? { ConditionExpression: isAbsent } : orExpired(isAbsent, expiry);

/** A condition that does not bind where the item met has expired: DynamoDB deletes it only within days. */
export function orExpired(condition: string, expiry: string, values: Attributes = {}): Expressions {
  return {
    ConditionExpression: `${condition} OR #expiry <= :now`,
    ExpressionAttributeNames: { '#expiry': expiry },
    ExpressionAttributeValues: { ...values, ':now': nowSeconds() },
  };
}

/** The expressions of a delete under a guard. */
export function deleteExpressions(guard: Guard): Expressions {
  const aliases = new Aliases();
  return { ConditionExpression: conditions(guard, aliases).join(' AND '), ...aliases.expressions() };
}

/** The expressions of an update: sets, removes and counts attributes, counts the version up, under a guard. */
export function updateExpressions(
  { set, remove, increment = {} }: { set: Attributes; remove: readonly string[]; increment?: Attributes },
  guard: Guard,
) {
  const aliases = new Aliases();
  const counted = (attribute: string, by: unknown) => {
    const name = aliases.name(attribute);
    return `${name} = if_not_exists(${name}, ${aliases.value(0)}) + ${aliases.value(by)}`;
  };
  const sets = [
    ...Object.entries(set).map(([name, value]) => `${aliases.name(name)} = ${aliases.value(value)}`),
    ...[...Object.entries(increment), ['version', 1] as const].map(([name, by]) => counted(name, by)),
  ];
  const removes = remove.map((name) => aliases.name(name));
  return {
    UpdateExpression: `SET ${sets.join(', ')}${removes.length > 0 ? ` REMOVE ${removes.join(', ')}` : ''}`,
    ConditionExpression: conditions(guard, aliases).join(' AND '),
    ...aliases.expressions(),
  };
}
