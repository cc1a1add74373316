import type { Operation, Operations } from '../transport.js';
import { readItems, readValues, valuesToJson } from './attribute-json.js';
import { JsonReader, type Read } from './json-reader.js';

type Parts = Record<string, unknown>;
type Encode = (part: never) => string;

/** An object, of which the fields named here hold attribute values somewhere; all others are JSON as they are. */
function encodeFields(fields: Record<string, Encode>): Encode {
  return (part: Parts) => {
    let json = '';
    for (const name in part) {
      const value = part[name];
      if (value === undefined) continue;
      json += `${json && ','}"${name}":${fields[name]?.(value as never) ?? JSON.stringify(value)}`;
    }
    return `{${json}}`;
  };
}

const encodeList =
  (encode: Encode): Encode =>
  (list: never[]) =>
    `[${list.map(encode).join(',')}]`;

const encodeByName =
  (encode: Encode): Encode =>
  (parts: Record<string, never>) =>
    `{${Object.entries(parts).map(([name, part]) => `${JSON.stringify(name)}:${encode(part)}`)}}`;

/** As the SDK does, what is null is left out. */
function readFields(fields: Record<string, Read>): Read {
  return (json) => {
    const part: Parts = {};
    json.object((name) => {
      const read = fields[name];
      if (!json.isNull()) part[name] = read ? read(json) : json.any();
    });
    return part;
  };
}

const readByName =
  (read: Read): Read =>
  (json) => {
    const parts: Parts = {};
    json.object((name) => {
      parts[name] = read(json);
    });
    return parts;
  };

const write = encodeFields({ Item: valuesToJson, Key: valuesToJson, ExpressionAttributeValues: valuesToJson });
const read = encodeFields({ ExclusiveStartKey: valuesToJson, ExpressionAttributeValues: valuesToJson });
const written = readFields({ Attributes: readValues });
const found = readFields({ Items: readItems, LastEvaluatedKey: readValues });

const writeRequest = readFields({
  PutRequest: readFields({ Item: readValues }),
  DeleteRequest: readFields({ Key: readValues }),
});

/** Where the attribute values stand in what each operation takes and gives. */
const operations: Record<Operation, { encode: Encode; decode: Read }> = {
  GetItem: { encode: write, decode: readFields({ Item: readValues }) },
  PutItem: { encode: write, decode: written },
  UpdateItem: { encode: write, decode: written },
  DeleteItem: { encode: write, decode: written },
  Query: { encode: read, decode: found },
  Scan: { encode: read, decode: found },
  TransactWriteItems: {
    encode: encodeFields({
      TransactItems: encodeList(encodeFields({ Put: write, Update: write, Delete: write, ConditionCheck: write })),
    }),
    decode: readFields({}),
  },
  BatchGetItem: {
    encode: encodeFields({ RequestItems: encodeByName(encodeFields({ Keys: encodeList(valuesToJson) })) }),
    decode: readFields({
      Responses: readByName(readItems),
      UnprocessedKeys: readByName(readFields({ Keys: (json) => json.list(readValues) })),
    }),
  },
  BatchWriteItem: {
    encode: encodeFields({
      RequestItems: encodeByName(encodeList(encodeFields({ PutRequest: write, DeleteRequest: write }))),
    }),
    decode: readFields({
      UnprocessedItems: readByName((json) => json.list(writeRequest)),
    }),
  },
};

/** The body of a request. */
export const encodeInput = <N extends Operation>(operation: N, input: Operations[N][0]): string =>
  operations[operation].encode(input as never);

/** The output in the body of an answer. @throws SyntaxError for an answer that was cut short */
export function decodeOutput<N extends Operation>(operation: N, body: Buffer): Operations[N][1] {
  const json = new JsonReader(body);
  const output = body.length === 0 ? {} : operations[operation].decode(json);
  json.end();
  return output as Operations[N][1];
}
