import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';

/** Attribute values by name, as the document client takes and gives them. */
type Values = Record<string, unknown>;

/**
 * The JSON text of a value in DynamoDB's notation. What most items are made of is written straight; all else (sets, bytes, bigint, Map, …)
 * goes through `marshall`, so that it is taken, or refused with the same error, as the SDK does.
 */
function valueToJson(value: unknown): string {
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
  const options = { removeUndefinedValues: true, convertTopLevelContainer: true };
  return JSON.stringify(marshall(value as Values, options), bytesAsBase64);
}

/** What is undefined or a function is left out, as `marshall` does. */
const isStored = (value: unknown) => value !== undefined && typeof value !== 'function';

/** The JSON text of attribute values by name: an item, a key, the values of an expression. */
export function valuesToJson(values: object): string {
  let json = '';
  for (const name in values) {
    const value = (values as Values)[name];
    if (isStored(value)) json += `${json && ','}${JSON.stringify(name)}:${valueToJson(value)}`;
  }
  return `{${json}}`;
}

/** JSON.stringify asks `toJSON` before the replacer, so the bytes are looked up where they stand. */
function bytesAsBase64(this: Values, name: string, value: unknown): unknown {
  const given = this[name];
  return given instanceof Uint8Array ? Buffer.from(given).toString('base64') : value;
}

/** An attribute value in DynamoDB's notation: `{ S: 'text' }`. */
type Notation = Record<string, unknown>;

function readValue(notation: Notation): unknown {
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
        return readBytes(value as string);
      case 'SS':
        return new Set(value as string[]);
      case 'NS':
        return new Set((value as string[]).map(readNumber));
      case 'BS':
        return new Set((value as string[]).map(readBytes));
    }
  }
  return unmarshall(notation as never, { convertWithoutMapWrapper: true }); // throws what is wrong
}

/** Past 2^53 a whole number becomes a bigint and a fraction an error, both by `unmarshall`. */
function readNumber(text: string): unknown {
  const number = Number(text);
  const isExact = !(Math.abs(number) > Number.MAX_SAFE_INTEGER) || Math.abs(number) === Infinity;
  return isExact ? number : unmarshall({ N: text } as never, { convertWithoutMapWrapper: true });
}

const readBytes = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));

/** The attribute values of an item or a key. */
export function readValues(notations: Record<string, Notation>): Values {
  const values: Values = {};
  for (const name in notations) {
    // nobody writes that name by a model; assigned, it would be the prototype, whose values look like attributes
    if (name !== '__proto__') values[name] = readValue(notations[name] as Notation);
  }
  return values;
}
