import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type TableDescription,
  type TimeToLiveDescription,
} from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { claimsCompleteMarkerId, TableNotFoundError } from '@aws-starter-kit/dynamo';

/** The settings of a table as the database reports them. */
export interface TableState {
  readonly table: TableDescription;
  readonly ttl: TimeToLiveDescription | undefined;
  /** Whether point-in-time recovery is on; undefined on engines that do not report it. */
  readonly isRecoverable: boolean | 'unknown';
  /** Whether the table is marked: every unique value in it has a claim. Undefined for a table with another key. */
  readonly isMarked: boolean | 'unknown';
}

/** Reads the settings of a table, with four requests. @throws TableNotFoundError, errors of the SDK */
export async function tableState(client: DynamoDBDocumentClient, TableName: string): Promise<TableState> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  if (!Table) throw new TableNotFoundError(TableName);
  const [{ TimeToLiveDescription: ttl }, recoverable, marked] = await Promise.all([
    client.send(new DescribeTimeToLiveCommand({ TableName })),
    isRecoverable(client, TableName),
    isMarked(client, Table, TableName),
  ]);
  return { table: Table, ttl, isRecoverable: recoverable, isMarked: marked };
}

async function isMarked(client: DynamoDBDocumentClient, { KeySchema = [] }: TableDescription, TableName: string) {
  const isOurs = KeySchema.length === 1 && KeySchema[0]?.AttributeName === 'id';
  if (!isOurs) return 'unknown';
  const Key = { id: claimsCompleteMarkerId };
  return (await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }))).Item !== undefined;
}

async function isRecoverable(client: DynamoDBDocumentClient, TableName: string): Promise<boolean | 'unknown'> {
  try {
    const { ContinuousBackupsDescription } = await client.send(new DescribeContinuousBackupsCommand({ TableName }));
    const { PointInTimeRecoveryStatus = 'DISABLED' } =
      ContinuousBackupsDescription?.PointInTimeRecoveryDescription ?? {};
    return PointInTimeRecoveryStatus === 'ENABLED';
  } catch (error) {
    if ((error as Error).name === 'UnknownOperationException') return 'unknown';
    throw error;
  }
}
