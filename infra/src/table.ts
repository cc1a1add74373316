import { tableDefinition } from '@aws-starter-kit/dynamo';
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import { CfnDeletionPolicy, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Settings } from './settings.js';

/** The table that API and worker use. */
export interface TableReference {
  readonly name: string;
  readonly arn: string;
  readonly streamArn: string | undefined;
  /** Undefined for a key that DynamoDB owns. */
  readonly keyArn: string | undefined;
  readonly indexNames: readonly string[];
}

/**
 * Adds the table of a stage, with the primary key and indexes of the models, and its KMS key. The name is fixed: a
 * change that would replace the table fails instead of leaving the stage with an empty one.
 */
export function addTable(scope: Construct, { table: settings, isProtected }: Settings): TableReference {
  const { name, restored } = settings;
  const definition = tableDefinition(name, { indexes: settings.indexes, stream: settings.stream });
  const { StreamSpecification: stream } = definition;
  const capacity = capacityOf(settings);
  const key = settings.key === 'customer-managed' ? addKey(scope) : undefined;
  const table = new CfnTable(scope, 'Table', {
    tableName: name,
    billingMode: definition.BillingMode,
    attributeDefinitions: definition.AttributeDefinitions.map(({ AttributeName, AttributeType }) => ({
      attributeName: AttributeName,
      attributeType: AttributeType,
    })),
    keySchema: definition.KeySchema.map(keyOf),
    globalSecondaryIndexes: definition.GlobalSecondaryIndexes.map(({ IndexName, KeySchema, Projection }) => ({
      indexName: IndexName,
      keySchema: KeySchema.map(keyOf),
      projection: { projectionType: Projection.ProjectionType },
      contributorInsightsSpecification: { enabled: settings.contributorInsights },
      ...capacity,
    })),
    ...(stream && { streamSpecification: { streamViewType: stream.StreamViewType } }),
    timeToLiveSpecification: { attributeName: 'expiresAt', enabled: true },
    pointInTimeRecoverySpecification: {
      pointInTimeRecoveryEnabled: true,
      recoveryPeriodInDays: settings.recoveryDays,
    },
    contributorInsightsSpecification: { enabled: settings.contributorInsights },
    deletionProtectionEnabled: isProtected,
    ...(key && { sseSpecification: { sseEnabled: true, sseType: 'KMS', kmsMasterKeyId: key.keyArn } }),
    ...capacity,
  });
  // Even without protection, only an operator deletes data, since a stack can be deleted by mistake.
  table.cfnOptions.deletionPolicy = CfnDeletionPolicy.RETAIN;
  table.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
  return {
    name: restored?.name ?? name,
    arn: tableArn(scope, restored?.name ?? name),
    streamArn: restored ? restored.streamArn : stream && table.attrStreamArn,
    keyArn: key?.keyArn,
    indexNames: definition.GlobalSecondaryIndexes.map(({ IndexName }) => IndexName),
  };
}

/** Computes the ARN from the fixed name, so it is known before the table exists. */
const tableArn = (scope: Construct, name: string) =>
  Stack.of(scope).formatArn({ service: 'dynamodb', resource: 'table', resourceName: name });

const keyOf = ({ AttributeName, KeyType }: { AttributeName: string; KeyType: string }) => ({
  attributeName: AttributeName,
  keyType: KeyType,
});

/**
 * Returns limits and warm throughput for the table and each index, since a write to the table also writes to its
 * indexes.
 */
function capacityOf({ maxReadUnits, maxWriteUnits, warmReadUnits, warmWriteUnits }: Settings['table']) {
  const most = {
    ...(maxReadUnits !== undefined && { maxReadRequestUnits: maxReadUnits }),
    ...(maxWriteUnits !== undefined && { maxWriteRequestUnits: maxWriteUnits }),
  };
  const warm = {
    ...(warmReadUnits !== undefined && { readUnitsPerSecond: warmReadUnits }),
    ...(warmWriteUnits !== undefined && { writeUnitsPerSecond: warmWriteUnits }),
  };
  return {
    ...(Object.keys(most).length > 0 && { onDemandThroughput: most }),
    ...(Object.keys(warm).length > 0 && { warmThroughput: warm }),
  };
}

/** Adds a key that is rotated once a year. The policies of the roles grant its use. */
const addKey = (scope: Construct): Key =>
  new Key(scope, 'TableKey', {
    description: 'Encrypts the table',
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.RETAIN, // like the table: without the key, its items and backups are unreadable
  });
