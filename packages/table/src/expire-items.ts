import {
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  type TimeToLiveDescription,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';

export interface ExpireItemsOptions {
  client: Pick<DynamoDBClient, 'send'>;
  tableName: string;
  /** The attribute that `ttlAttribute()` of the models returns; it holds seconds since 1970. */
  attribute: string;
}

/**
 * Has DynamoDB delete expired items, within days and at no cost. A table has one such attribute for all of its items.
 * @throws Error if the table expires its items by another attribute
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
