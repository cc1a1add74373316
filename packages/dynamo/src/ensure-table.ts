import { setTimeout as sleep } from 'node:timers/promises';
import { CreateTableCommand, DescribeTableCommand, type TableDescription } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { clientOf } from './connection.js';
import { checkedTableName, readEnvironment } from './environment.js';
import type { DynamoModelOptions } from './options.js';
import { tableDefinition } from './table-definition.js';
import { markId } from './unique-claims.js';

const pollMs = 200;
const patienceMs = 120_000;

/**
 * Makes the table where it is missing and waits until it and its indexes are ACTIVE. A table that it made carries the mark
 * by which models know that every unique value has its claim.
 *
 * @throws TypeError for what can be no table's name; Error naming what differs, for a table of that name with other keys; when it is not ACTIVE within two minutes
 */
export async function ensureTable(options: DynamoModelOptions = {}): Promise<'created' | 'exists'> {
  const client = clientOf(options);
  const tableName = options.tableName ?? readEnvironment().tableName;
  if (!tableName.startsWith('arn:')) checkedTableName(tableName); // by its ARN a table can be found, but not made
  const isThere = (await describe(client, tableName)) !== undefined;
  const isOurs = !isThere && (await create(client, tableName));
  await waitUntilActive(client, tableName);
  if (!isOurs) return 'exists';
  await client.send(new PutCommand({ TableName: tableName, Item: { id: markId } }));
  return 'created';
}

async function describe(client: DynamoDBDocumentClient, TableName: string): Promise<TableDescription | undefined> {
  try {
    return (await client.send(new DescribeTableCommand({ TableName }))).Table;
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

/** False where another process was faster: then the table, and its mark, are that one's. */
async function create(client: DynamoDBDocumentClient, tableName: string): Promise<boolean> {
  try {
    await client.send(new CreateTableCommand(tableDefinition(checkedTableName(tableName))));
    return true;
  } catch (error) {
    if ((error as Error).name === 'ResourceInUseException') return false;
    throw error;
  }
}

async function waitUntilActive(client: DynamoDBDocumentClient, tableName: string): Promise<void> {
  const until = performance.now() + patienceMs;
  while (performance.now() < until) {
    const table = await describe(client, tableName);
    if (table && isActive(table)) return checkKeys(table);
    await sleep(pollMs);
  }
  throw new Error(
    `Table ${tableName} is not ACTIVE after ${patienceMs / 1000} s: look at it in the AWS console, then try again`,
  );
}

const isActive = ({ TableStatus, GlobalSecondaryIndexes = [] }: TableDescription) =>
  TableStatus === 'ACTIVE' && GlobalSecondaryIndexes.every(({ IndexStatus = 'ACTIVE' }) => IndexStatus === 'ACTIVE');

type Keys = readonly { AttributeName?: string | undefined; KeyType?: string | undefined }[];
const spelled = (keys: Keys = []) => keys.map(({ AttributeName, KeyType }) => `${AttributeName} ${KeyType}`).join(', ');

function checkKeys(table: TableDescription): void {
  const wanted = tableDefinition(table.TableName ?? '');
  const differs = (what: string, is: Keys | undefined, shouldBe: Keys) => {
    if (spelled(is) === spelled(shouldBe)) return;
    throw new Error(
      `Table ${table.TableName} has other keys than the models need: ${what} is (${spelled(is) || 'missing'}), not (${spelled(shouldBe)}). Set DYNAMODB_TABLE to another table, or add what is missing`,
    );
  };
  differs('its primary key', table.KeySchema, wanted.KeySchema);
  for (const { IndexName, KeySchema } of wanted.GlobalSecondaryIndexes) {
    const index = table.GlobalSecondaryIndexes?.find((one) => one.IndexName === IndexName);
    differs(IndexName, index?.KeySchema, KeySchema);
  }
}
