import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { NumberValueImpl, unmarshall } from '@aws-sdk/util-dynamodb';
import type { StoredItem } from '@aws-starter-kit/dynamo';

export type RawItem = Record<string, AttributeValue>;

/** An item as DynamoDB returned it, for conditions that must hold to the last digit, and in JavaScript's form. */
export interface Stored {
  readonly raw: RawItem;
  readonly item: StoredItem;
  /** It holds a number past 2^53. */
  readonly hasHugeNumber: boolean;
}

/**
 * Returns an item in both forms. Never throws: one odd number must not hide an item, and those beside it, from the
 * doctor.
 */
export function decode(raw: RawItem): Stored {
  let hasHugeNumber = false;
  const wrapNumbers = (text: string) => {
    const value = Number(text);
    if (Math.abs(value) <= Number.MAX_SAFE_INTEGER) return value;
    hasHugeNumber = true;
    // every digit counts where an index key is made of the number
    return /^-?\d+$/.test(text) ? BigInt(text) : NumberValueImpl.from(text);
  };
  const item = unmarshall(raw, { wrapNumbers }) as StoredItem;
  return { raw, item, hasHugeNumber };
}

/**
 * Internal attributes of the models: the id of the last write, the fence against late attempts, the mark of a
 * tombstone.
 */
const internal = { writeId: '_writeId', fence: '_fence', tombstone: '_tombstone' } as const;

/** Each write by a model changes at least one of them, except a count, on which nothing that the doctor checks depends. */
export const stateAttributes = ['version', internal.writeId, internal.fence, internal.tombstone] as const;

/** True for the rest of a deleted entity, kept for a while against creates that arrive late. */
export const isTombstone = ({ item }: Stored): boolean => item[internal.tombstone] !== undefined;

/** Milliseconds since 1970 at which the fence of an item was raised; 0 without one. */
export const fenceOf = ({ item }: Stored): number => Number(item[internal.fence] ?? 0);

/** The parts of a condition. */
export interface Condition {
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: RawItem;
}

/** Each attribute adds two operators (`=` and AND) and up to 35 bytes; DynamoDB allows 300 operators and 4 KB. */
const maxAttributes = 100;

/** Returns the condition that an item exists and these attributes are as they were read, absent ones still absent. */
export function asRead(raw: RawItem, attributes: Iterable<string>): Condition {
  const conditions = ['attribute_exists(id)'];
  const names: Record<string, string> = {};
  const values: RawItem = {};
  for (const attribute of [...new Set(attributes)].slice(0, maxAttributes)) {
    const n = conditions.length;
    const value = raw[attribute];
    names[`#c${n}`] = attribute;
    if (value) values[`:c${n}`] = value;
    conditions.push(value ? `#c${n} = :c${n}` : `attribute_not_exists(#c${n})`);
  }
  return {
    ConditionExpression: conditions.join(' AND '),
    ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
  };
}
