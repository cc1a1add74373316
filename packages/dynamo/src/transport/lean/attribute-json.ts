import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { readNumber, uniformSet } from '../number-value.js';

/** Attribute values by name, in the form of the document client. */
export type Values = Record<string, unknown>;

/**
 * Returns the JSON text of a value in DynamoDB's notation. The most frequent types are written directly. All others (sets, bytes, bigint,
 * Map, …) go through `marshall`, so that they are accepted, or rejected with the same error, as by the SDK.
 */
export function valueToJson(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return `{"S":${JSON.stringify(value)}}`;
    case 'number':
      if (Math.abs(value) <= Number.MAX_SAFE_INTEGER) return `{"N":"${value}"}`;
      break;
    case 'boolean':
      return `{"BOOL":${value}}`;
    case 'object':
      if (value === null) return '{"NULL":true}';
      if (Array.isArray(value)) return `{"L":[${value.filter(isStored).map(valueToJson).join(',')}]}`;
      if (value.constructor === Object || !value.constructor) return `{"M":${valuesToJson(value)}}`;
  }
  const writable = value instanceof Set ? uniformSet(value) : value;
  return JSON.stringify(marshall(writable as Values, marshallOptions), bytesAsBase64);
}

const marshallOptions = { removeUndefinedValues: true, convertTopLevelContainer: true };

/** `marshall` leaves out undefined and functions. */
const isStored = (value: unknown) => value !== undefined && typeof value !== 'function';

/** Returns the JSON text of attribute values by name: an item, a key, the values of an expression. */
export function valuesToJson(values: object): string {
  let json = '';
  for (const name in values) {
    const value = (values as Values)[name];
    if (isStored(value)) json += `${json && ','}${JSON.stringify(name)}:${valueToJson(value)}`;
  }
  return `{${json}}`;
}

/** JSON.stringify calls `toJSON` before the replacer, so the bytes are read from their holder. */
function bytesAsBase64(this: Values, name: string, value: unknown): unknown {
  const given = this[name];
  return given instanceof Uint8Array ? Buffer.from(given).toString('base64') : value;
}

/** An attribute value in DynamoDB's notation: `{ S: 'text' }`. */
type Notation = Record<string, unknown>;

export function readValue(notation: Notation): unknown {
  for (const type in notation) {
    const value = notation[type];
    switch (type) {
      case 'S':
      case 'BOOL':
        return value;
      case 'N':
        return readNumber(value as string);
      case 'NULL':
        return null;
      case 'M':
        return readValues(value as Record<string, Notation>);
      case 'L':
        return (value as Notation[]).map(readValue);
      case 'B':
        return readBytes(value as string | Uint8Array);
      case 'SS':
        return new Set(value as string[]);
      case 'NS':
        return new Set((value as string[]).map(readNumber));
      case 'BS':
        return new Set((value as (string | Uint8Array)[]).map(readBytes));
    }
  }
  return unmarshall(notation as never, { convertWithoutMapWrapper: true }); // throws an error that names the type
}

/** Returns bytes. The SDK has already decoded them; JSON holds them as Base64. */
const readBytes = (bytes: string | Uint8Array) =>
  new Uint8Array(typeof bytes === 'string' ? Buffer.from(bytes, 'base64') : bytes);

/** Returns the attribute values of an item or a key. */
export function readValues(notations: Record<string, Notation>): Values {
  const values: Values = {};
  for (const name in notations) {
    // no model writes this name; assigning it would set the prototype, whose values look like attributes
    if (name !== '__proto__') values[name] = readValue(notations[name] as Notation);
  }
  return values;
}
