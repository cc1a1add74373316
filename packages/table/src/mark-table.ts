import { type DynamoDBDocumentClient, GetCommand, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';

/** The table holds items already: whether each has its claims is for the doctor to find out. */
export class TableNotEmptyError extends Error {
  override readonly name = 'TableNotEmptyError';
  readonly code = 'TABLE_NOT_EMPTY';
  readonly tableName: string;
  constructor(tableName: string) {
    super(
      `Table ${tableName} is not empty, and items written by others have no claims: ` +
        `run "pnpm db:doctor --fix", which adds what is missing and then sets the mark`,
    );
    this.tableName = tableName;
  }
}

/** Says that every unique value in the table has its claim; `ensureTable` writes the same into a table that it makes. */
const mark = { id: 'UNIQUE#' };

export interface MarkOptions {
  client: DynamoDBDocumentClient;
  tableName: string;
}

/**
 * Marks an empty table that was not made by `ensureTable`. Without the mark, models that know of older data look for it before
 * each create and each change of a unique value.
 *
 * @throws TableNotEmptyError
 */
export async function markTable({ client, tableName: TableName }: MarkOptions): Promise<'marked' | 'was marked'> {
  const { Item } = await client.send(new GetCommand({ TableName, Key: mark, ConsistentRead: true }));
  if (Item) return 'was marked';
  const { Items = [] } = await client.send(new ScanCommand({ TableName, Limit: 1, ConsistentRead: true }));
  if (Items.length > 0) throw new TableNotEmptyError(TableName);
  await client.send(new PutCommand({ TableName, Item: mark }));
  return 'marked';
}
