import { BadResponseError, jsonIn, type Reply } from '../reply.js';
import type { LeaveOut } from '../transport.js';
import { readValues, valuesToJson, valueToJson } from './attribute-json.js';
import { readItems } from './items-json.js';

type Parts = Record<string, unknown>;
type Encode = (part: never) => string;
type Decode = (part: never) => unknown;

/** Fields of any operation that hold attribute values, at any depth. All other fields are JSON as they are. */
const encoders: Record<string, Encode> = {
  Item: valuesToJson,
  Key: valuesToJson,
  ExclusiveStartKey: valuesToJson,
  ExpressionAttributeValues: valuesToJson,
  Keys: (keys: Parts[]) => `[${keys.map(valuesToJson)}]`,
  ConditionCheck: encodeFields,
  Get: encodeFields,
  Put: encodeFields,
  Update: encodeFields,
  Delete: encodeFields,
  Parameters: (values: unknown[]) => `[${values.map(valueToJson)}]`,
  Statements: (statements: Parts[]) => `[${statements.map(encodeFields)}]`,
  TransactItems: (actions: Parts[]) => `[${actions.map(encodeFields)}]`,
  RequestItems: (tables: Parts) =>
    `{${Object.entries(tables).map(([table, of]) => `${JSON.stringify(table)}:${encodeFields(of as Parts)}`)}}`,
};

function encodeFields(part: Parts): string {
  let json = '';
  for (const name in part) {
    const value = part[name];
    if (value === undefined) continue;
    json += `${json && ','}"${name}":${encoders[name]?.(value as never) ?? JSON.stringify(value)}`;
  }
  return `{${json}}`;
}

const byTable =
  (decode: Decode): Decode =>
  (tables: Parts) =>
    Object.fromEntries(Object.entries(tables).map(([table, of]) => [table, decode(of as never)]));

const listOf =
  (decode: Decode): Decode =>
  (list: never[]) =>
    list.map(decode);

const itemsByTable = byTable(listOf(readValues));

/** As {@link encoders}, for fields of answers. `Responses` are items by table, or the results of statements or of a transaction. */
const decoders: Record<string, Decode> = {
  Item: readValues,
  Attributes: readValues,
  Key: readValues,
  LastEvaluatedKey: readValues,
  Items: listOf(readValues),
  Keys: listOf(readValues),
  Responses: (of: Parts | Parts[]) => (Array.isArray(of) ? of.map(decodeFields) : itemsByTable(of as never)),
  UnprocessedKeys: byTable(decodeFields),
};

/** Leaves out fields that are null, as the SDK does. */
function decodeFields(part: Parts): Parts {
  const decoded: Parts = {};
  for (const name in part) {
    const value = part[name];
    if (value !== null) decoded[name] = decoders[name]?.(value as never) ?? value;
  }
  return decoded;
}

/** Returns the body of a request. */
export const encodeInput = (input: object): string => encodeFields(input as Parts);

/** Bytes of a reply from which `readItems` is faster: about two items. For one small item, `JSON.parse` is faster by a microsecond. */
const leastBytes = 600;

/** Returns the output in a reply. @throws BadResponseError for a body that is not that of an answer */
export function decodeOutput(reply: Reply, leaveOut?: LeaveOut): object {
  const read = reply.body.length < leastBytes ? undefined : readItems(reply.body, leaveOut);
  const json = read?.rest ?? jsonIn(reply);
  try {
    const output = decodeFields(json);
    if (read) output.Items = read.items;
    return output;
  } catch (cause) {
    throw new BadResponseError('cannot be read', reply, { cause });
  }
}
