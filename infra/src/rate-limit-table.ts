import { AttributeType, Billing, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/**
 * Adds the table of `apps/api/src/trpc/shared-rate-limit.ts`. Its items have no value after a minute, so it has no
 * protection.
 */
export const addRateLimitTable = (scope: Construct): TableV2 =>
  new TableV2(scope, 'RateLimits', {
    partitionKey: { name: 'key', type: AttributeType.STRING },
    timeToLiveAttribute: 'expire',
    billing: Billing.onDemand(),
    removalPolicy: RemovalPolicy.DESTROY,
  });
