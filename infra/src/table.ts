import { environmentVariables, tableDefinition, type VectorIndexDefinition } from '@aws-starter-kit/dynamo';
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import { CfnDeletionPolicy, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib/core';
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
  readonly hasVectors: boolean;
}

/**
 * Adds the table of a stage, with the primary key and indexes of the models, and its KMS key. The name is fixed: a
 * change that would replace the table fails instead of leaving the stage with an empty one.
 */
export function addTable(scope: Construct, { table: settings, isProtected }: Settings): TableReference {
  const { name, restored } = settings;
  const { indexes, stream: hasStream, vectors: list } = settings;
  const vectors = list === undefined ? [] : environmentVariables.DYNAMODB_VECTORS.parse(list);
  const definition = tableDefinition(name, { indexes, stream: hasStream, vectors });
  const { StreamSpecification: stream, VectorIndexes = [] } = definition;
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
    ...(VectorIndexes.length > 0 && { vectorIndexes: VectorIndexes.map(vectorIndexOf) }),
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
  if (VectorIndexes.length > 0)
    Validations.of(table).acknowledge({
      id: 'CloudFormation-Validate::E3039',
      reason:
        'The search schemas of vector indexes use these attributes. This rule of the linter knows key schemas only.',
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
    hasVectors: VectorIndexes.length > 0,
  };
}

/** Computes the ARN from the fixed name, so it is known before the table exists. */
const tableArn = (scope: Construct, name: string) =>
  Stack.of(scope).formatArn({ service: 'dynamodb', resource: 'table', resourceName: name });

const keyOf = ({ AttributeName, KeyType }: { AttributeName: string; KeyType: string }) => ({
  attributeName: AttributeName,
  keyType: KeyType,
});

/** The CDK spells the properties in its own way. */
const vectorIndexOf = (index: VectorIndexDefinition): CfnTable.VectorIndexProperty => ({
  indexName: index.IndexName,
  vectorAttribute: { attributeName: String(index.VectorAttribute?.AttributeName) },
  dimensions: Number(index.Dimensions),
  distanceFunction: String(index.DistanceFunction),
  searchSchema: (index.SearchSchema ?? []).map(({ AttributeName, SearchSchemaElementType }) => ({
    attributeName: String(AttributeName),
    searchSchemaElementType: String(SearchSchemaElementType),
  })),
  projection: { projectionType: String(index.Projection?.ProjectionType) },
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
