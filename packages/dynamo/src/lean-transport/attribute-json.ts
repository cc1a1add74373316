import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { JsonReader } from './json-reader.js';

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

function readValue(json: JsonReader): unknown {
  let value: unknown;
  json.object((type) => {
    value = readAs(type, json);
  });
  return value;
}

function readAs(type: string, json: JsonReader): unknown {
  switch (type) {
    case 'S':
      return json.text();
    case 'N':
      return readNumber(json);
    case 'BOOL':
      return Boolean(json.any());
    case 'NULL':
      json.any();
      return null;
    case 'M':
      return readValues(json);
    case 'L':
      return json.list(readValue);
    case 'B':
      return readBytes(json);
    case 'SS':
      return new Set(json.list((one) => one.text()));
    case 'NS':
      return new Set(json.list(readNumber));
    case 'BS':
      return new Set(json.list(readBytes));
    default:
      return unmarshall({ [type]: json.any() } as never, { convertWithoutMapWrapper: true }); // throws what is wrong
  }
}

/** Past 2^53 a whole number becomes a bigint and a fraction an error, both by `unmarshall`. */
function readNumber(json: JsonReader): unknown {
  const text = json.text();
  const number = Number(text);
  const isExact = !(Math.abs(number) > Number.MAX_SAFE_INTEGER) || Math.abs(number) === Infinity;
  return isExact ? number : unmarshall({ N: text } as never, { convertWithoutMapWrapper: true });
}

const readBytes = (json: JsonReader) => new Uint8Array(Buffer.from(json.text(), 'base64'));

/** The attribute values of an item or a key. */
export function readValues(json: JsonReader): Values {
  const values: Values = {};
  json.object((name) => {
    values[name] = readValue(json);
  });
  return values;
}

/**
 * A list of items. One with the names of the item before starts as its copy: so all are of one class for V8, whatever the order of
 * their names, and quick to make and to read.
 */
export function readItems(json: JsonReader): Values[] {
  let before: Values = {};
  let size = 0;
  return json.list(() => {
    const names: string[] = [];
    const values: unknown[] = [];
    json.object((name) => {
      names.push(name);
      values.push(readValue(json));
    });
    const isAlike = names.length === size && names.every((name) => Object.hasOwn(before, name));
    const item = isAlike ? { ...before } : {};
    names.forEach((name, i) => {
      item[name] = values[i];
    });
    before = item;
    size = names.length;
    return item;
  });
}
