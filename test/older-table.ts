import { randomUUID } from 'node:crypto';
import { BatchWriteCommand, DeleteCommand, GetCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { type FreshTable, freshTable } from './fresh-table.js';

export type RawItem = Record<string, unknown> & { id: string };

/** A user as a system stores it that knows no claims and no versions: the address as it was typed. */
export function olderUser(email: string, more: Record<string, unknown> = {}): RawItem {
  const createdAt = '2024-03-01T10:00:00.000Z';
  const keys = { pk1: 'USER', sk1: `EMAIL#${email}`, pk2: 'USER', sk2: `CREATED#${createdAt}` };
  return { id: `USER#${randomUUID()}`, email, name: 'Older', createdAt, ...keys, ...more };
}

export interface OlderTable extends FreshTable {
  /** Writes items as they are, past all models. Attributes that are undefined are left out. */
  write(...items: RawItem[]): Promise<void>;
  read(id: string): Promise<RawItem | undefined>;
  /** All that the table holds, in order of id. */
  all(): Promise<RawItem[]>;
  mark(): Promise<void>;
}

/** A table of its own as another system left it: without the mark, and with the items given. */
export async function olderTable(
  items: RawItem[] = [],
  client?: Parameters<typeof freshTable>[0],
): Promise<OlderTable> {
  const table = await freshTable(client);
  const TableName = table.tableName;
  const older: OlderTable = {
    ...table,
    async write(...more) {
      for (let i = 0; i < more.length; i += 25) {
        const puts = more.slice(i, i + 25).map((Item) => ({ PutRequest: { Item } }));
        await table.patient.send(new BatchWriteCommand({ RequestItems: { [TableName]: puts } }));
      }
    },
    async read(id) {
      const { Item } = await table.patient.send(new GetCommand({ TableName, Key: { id }, ConsistentRead: true }));
      return Item as RawItem | undefined;
    },
    async all() {
      const { Items = [] } = await table.patient.send(new ScanCommand({ TableName, ConsistentRead: true }));
      return (Items as RawItem[]).sort((a, b) => (a.id < b.id ? -1 : 1));
    },
    mark: () => older.write({ id: 'UNIQUE#' }),
  };
  await table.patient.send(new DeleteCommand({ TableName, Key: { id: 'UNIQUE#' } }));
  await older.write(...items);
  return older;
}
