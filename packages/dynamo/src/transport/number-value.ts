import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { NumberValueImpl, unmarshall } from '@aws-sdk/util-dynamodb';

/**
 * Returns a stored number as JavaScript holds it: a whole number past 2^53 as a bigint, any other number past 2^53 as the SDK's
 * `NumberValue`, which keeps its digits in `value`. A later write stores both unchanged. A fraction below 2^53 is rounded, as by the SDK.
 */
export function readNumber(text: string): number | bigint | NumberValueImpl {
  const number = Number(text);
  if (Math.abs(number) <= Number.MAX_SAFE_INTEGER) return number;
  return /^-?\d+$/.test(text) ? BigInt(text) : NumberValueImpl.from(text);
}

/** Returns an item of an exception (`Item`, `CancellationReasons`) with its numbers as all other answers have them. */
export function decodeItem(item: Record<string, AttributeValue>): Record<string, unknown> {
  return unmarshall(item, { wrapNumbers: readNumber });
}

/** Returns a set of numbers in one form if it holds several (1 and a bigint): `marshall` expects each to be like the first. */
export function uniformSet(set: Set<unknown>): Set<unknown> {
  const forms = new Set(
    [...set].map((element) => (element instanceof NumberValueImpl ? 'NumberValue' : typeof element)),
  );
  const isMixed = forms.size > 1 && [...forms].every((form) => numberForms.has(form));
  return isMixed ? new Set([...set].map((element) => NumberValueImpl.from(String(element)))) : set;
}

const numberForms = new Set(['number', 'bigint', 'NumberValue']);
