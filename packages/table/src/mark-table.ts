import { type DynamoDBDocumentClient, GetCommand, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { claimsCompleteMarkerId } from '@aws-starter-kit/dynamo';

/** The table contains items, whose claims may be missing: only the doctor can mark it. */
export class TableNotEmptyError extends Error {
  override readonly name = 'TableNotEmptyError';
  readonly code = 'TABLE_NOT_EMPTY';
  readonly tableName: string;
  constructor(tableName: string) {
    super(
      `Table ${tableName} is not empty, and items of other systems have no claims: ` +
        `run "pnpm db:doctor --fix", which puts missing claims and then marks the table`,
    );
    this.tableName = tableName;
  }
}

/**
 * Its presence means that every unique value in the table has a claim. `ensureTable` puts the same item into a table
 * that it creates.
 */
const marker = { id: claimsCompleteMarkerId };

export interface MarkOptions {
  client: DynamoDBDocumentClient;
  tableName: string;
}

/**
 * Marks an empty table that `ensureTable` did not create. Without the mark, models with `findLegacyOwner` look up older
 * data before each create and each change of a unique value.
 *
 * @throws TableNotEmptyError
 */
export async function markTable({ client, tableName: TableName }: MarkOptions): Promise<'marked' | 'was marked'> {
  const { Item } = await client.send(new GetCommand({ TableName, Key: marker, ConsistentRead: true }));
  if (Item) return 'was marked';
  const { Items = [] } = await client.send(new ScanCommand({ TableName, Limit: 1, ConsistentRead: true }));
  if (Items.length > 0) throw new TableNotEmptyError(TableName);
  await client.send(new PutCommand({ TableName, Item: marker }));
  return 'marked';
}
