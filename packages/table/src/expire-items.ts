import {
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  type TimeToLiveDescription,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';

export interface ExpireItemsOptions {
  client: Pick<DynamoDBClient, 'send'>;
  tableName: string;
  /** What `ttlAttribute()` of the models gives: holds seconds since 1970. */
  attribute: string;
}

/**
 * Has DynamoDB delete what has expired, within days of it, at no cost. One attribute for all items of a table.
 * @throws Error where the table expires its items by another attribute
 */
export async function expireItems({ client, tableName, attribute }: ExpireItemsOptions): Promise<'enabled' | 'exists'> {
  const { TimeToLiveDescription: now } = await client.send(new DescribeTimeToLiveCommand({ TableName: tableName }));
  if (isOn(now)) {
    if (now?.AttributeName === attribute) return 'exists';
    throw new Error(
      `Table ${tableName} expires its items by ${now?.AttributeName} already; a table has one attribute for that`,
    );
  }
  const TimeToLiveSpecification = { AttributeName: attribute, Enabled: true };
  await client.send(new UpdateTimeToLiveCommand({ TableName: tableName, TimeToLiveSpecification }));
  return 'enabled';
}

const isOn = (now: TimeToLiveDescription | undefined) => /^ENABL/.test(now?.TimeToLiveStatus ?? '');
