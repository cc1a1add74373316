import { AttributeType, Billing, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/** A table in which all functions or tasks count the calls of a caller together. */
export interface RateLimitTable {
  readonly name: string;
  /** What the limiter does with it. */
  readonly policies: Readonly<Record<'limits', PolicyDocument>>;
}

/** Adds the table that `RateLimiterDynamo` expects. Its counts are worth nothing after a minute. */
export function addRateLimitTable(scope: Construct): RateLimitTable {
  const table = new TableV2(scope, 'RateLimits', {
    partitionKey: { name: 'key', type: AttributeType.STRING },
    timeToLiveAttribute: 'expire',
    billing: Billing.onDemand(),
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const count = new PolicyStatement({
    sid: 'CountCalls',
    actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
    resources: [table.tableArn],
  });
  return { name: table.tableName, policies: { limits: new PolicyDocument({ statements: [count] }) } };
}
