import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { StoredItem } from '@aws-starter-kit/dynamo';

export type RawItem = Record<string, AttributeValue>;

/** An item as it came, for conditions that must hold to the last digit, and as JavaScript has it. */
export interface Stored {
  readonly raw: RawItem;
  readonly item: StoredItem;
  /** It holds a number past 2^53, which JavaScript cannot hold. */
  readonly hasHugeNumber: boolean;
}

/** Never throws: one odd number must not hide an item, and those beside it, from the doctor. */
export function decode(raw: RawItem): Stored {
  let hasHugeNumber = false;
  const wrapNumbers = (text: string): number => {
    hasHugeNumber ||= Math.abs(Number(text)) > Number.MAX_SAFE_INTEGER;
    return Number(text);
  };
  const item = unmarshall(raw, { wrapNumbers }) as StoredItem;
  return { raw, item, hasHugeNumber };
}

/** The parts of a condition. */
export interface Condition {
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: RawItem;
}

/** Holds while an item is there and these attributes are as they were seen, the absent ones absent. */
export function isUnchanged(raw: RawItem, attributes: Iterable<string>): Condition {
  const conditions = ['attribute_exists(id)'];
  const names: Record<string, string> = {};
  const values: RawItem = {};
  for (const attribute of new Set(attributes)) {
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
