import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Item } from './state.js';

type Value =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  | { readonly L: readonly Value[] }
  | { readonly M: RawItem };
interface RawItem {
  readonly [name: string]: Value;
}

/** Not checked by local engines. */
const authorization =
  'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0';

/** A table without the SDK, whose requests would take most of the time of a run. */
export function rawTable(endpoint: string, tableName: string) {
  const agent = new Agent({ keepAlive: true });
  const send = async (operation: string, body: object): Promise<Record<string, unknown>> => {
    const headers = {
      authorization,
      'x-amz-date': '20260101T000000Z',
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDB_20120810.${operation}`,
    };
    const content = await new Promise<string>((resolve, reject) => {
      const sent = request(endpoint, { method: 'POST', agent, headers }, (response) => {
        text(response).then((answer) => (response.statusCode === 200 ? resolve(answer) : reject(new Error(answer))));
      });
      sent.once('error', reject);
      sent.end(JSON.stringify(body));
    });
    return JSON.parse(content);
  };
  return {
    async put(items: readonly Item[]): Promise<void> {
      const puts = items.map((item) => ({ PutRequest: { Item: encoded(item) } }));
      await send('BatchWriteItem', { RequestItems: { [tableName]: puts } });
    },
    async read(ids: readonly string[]): Promise<Item[]> {
      const Keys = ids.map((id) => encoded({ id }));
      const { Responses } = await send('BatchGetItem', {
        RequestItems: { [tableName]: { Keys, ConsistentRead: true } },
      });
      return (Responses as Record<string, RawItem[]>)[tableName]?.map(decoded) ?? [];
    },
    stop: () => agent.destroy(),
  };
}

const encoded = (item: Item): RawItem =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, encodedValue(value)]));

const encodedValue = (value: unknown): Value => {
  if (typeof value === 'object') return { M: encoded(value as Item) };
  return typeof value === 'number' ? { N: String(value) } : { S: String(value) };
};

const decoded = (item: RawItem): Item =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, readValue(value)])) as unknown as Item;

function readValue(value: Value): unknown {
  if ('N' in value) return Number(value.N);
  if ('S' in value) return value.S;
  if ('L' in value) return value.L.map(readValue);
  if ('M' in value) return decoded(value.M);
  return 'NULL' in value ? null : value.BOOL;
}
