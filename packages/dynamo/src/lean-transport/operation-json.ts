import { readValues, valuesToJson } from './attribute-json.js';

type Parts = Record<string, unknown>;
type Encode = (part: never) => string;
type Decode = (part: never) => unknown;

/** Fields that hold attribute values somewhere, in whatever operation; all others are JSON as they are. */
const encoders: Record<string, Encode> = {
  Item: valuesToJson,
  Key: valuesToJson,
  ExclusiveStartKey: valuesToJson,
  ExpressionAttributeValues: valuesToJson,
  Keys: (keys: Parts[]) => `[${keys.map(valuesToJson)}]`,
  ConditionCheck: encodeFields,
  Put: encodeFields,
  Update: encodeFields,
  Delete: encodeFields,
  PutRequest: encodeFields,
  DeleteRequest: encodeFields,
  TransactItems: (actions: Parts[]) => `[${actions.map(encodeFields)}]`,
  RequestItems: (tables: Parts) =>
    `{${Object.entries(tables).map(([table, of]) => `${JSON.stringify(table)}:${ofTable(of)}`)}}`,
};

/** What is to be done in one table: keys to read, or a list of writes. */
const ofTable = (of: unknown) => (Array.isArray(of) ? `[${of.map(encodeFields)}]` : encodeFields(of as Parts));

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

/** As {@link encoders}, of what comes back. */
const decoders: Record<string, Decode> = {
  Item: readValues,
  Attributes: readValues,
  Key: readValues,
  LastEvaluatedKey: readValues,
  Items: listOf(readValues),
  Keys: listOf(readValues),
  Responses: byTable(listOf(readValues)),
  UnprocessedKeys: byTable(decodeFields),
  UnprocessedItems: byTable(listOf(decodeFields)),
  PutRequest: decodeFields,
  DeleteRequest: decodeFields,
};

/** As the SDK does, what is null is left out. */
function decodeFields(part: Parts): Parts {
  const decoded: Parts = {};
  for (const name in part) {
    const value = part[name];
    if (value !== null) decoded[name] = decoders[name]?.(value as never) ?? value;
  }
  return decoded;
}

/** The body of a request. */
export const encodeInput = (input: object): string => encodeFields(input as Parts);

/** The output in the body of an answer. @throws SyntaxError for one that was cut short, or is empty: DynamoDB says `{}` at least */
export const decodeOutput = (body: Buffer): object => decodeFields(JSON.parse(body.toString()));
