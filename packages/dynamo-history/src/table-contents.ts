import { type DynamoDBDocumentClient, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { doubled } from './emails.js';
import type { Item, Seen } from './history.js';

/**
 * Gives each doubled email two owners, as older data may have them: one without version and claim, and one with both. A change of email or a
 * delete of the former meets the claim of the other.
 */
export async function fillTable(client: DynamoDBDocumentClient, TableName: string): Promise<Seen[]> {
  const put = (Item: Item) => client.send(new PutCommand({ TableName, Item }));
  const initial: Seen[] = [];
  for (const [i, email] of doubled.entries()) {
    for (const version of [0, 1]) {
      const id = `u${version === 0 ? 'Old' : 'New'}${i}`;
      const createdAt = '2024-01-01T00:00:00.000Z';
      const keys = { pk1: 'USER', sk1: `EMAIL#${email}`, pk2: 'USER', sk2: `CREATED#${createdAt}` };
      await put({ id: `USER#${id}`, email, name: id, createdAt, ...keys, ...(version > 0 && { version }) });
      if (version > 0) await put({ id: `UNIQUE#USER#email#${email}`, ownerId: `USER#${id}` });
      initial.push({ id, version, token: id, email });
    }
  }
  return initial;
}

/** Returns all items, once nothing changes any more: an abandoned request may still be under way when its process ends. */
export async function dumpTable(client: DynamoDBDocumentClient, TableName: string): Promise<Item[]> {
  let before: string | undefined;
  for (;;) {
    const items = await scan(client, TableName);
    const now = JSON.stringify(items, inOrder);
    if (now === before) return items;
    before = now;
  }
}

async function scan(client: DynamoDBDocumentClient, TableName: string): Promise<Item[]> {
  const items: Item[] = [];
  let ExclusiveStartKey: Item | undefined;
  do {
    const page = await client.send(new ScanCommand({ TableName, ConsistentRead: true, ExclusiveStartKey }));
    items.push(...(page.Items ?? []));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return items.sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1));
}

/** Engines give attributes in no order, at any depth. */
const inOrder = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
    : value;
