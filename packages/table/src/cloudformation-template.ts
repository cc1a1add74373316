import { tableDefinition } from '@aws-starter-kit/dynamo';

export interface TemplateOptions {
  /** The attribute that holds the expiry of items. @default none */
  readonly ttlAttribute?: string | undefined;
  /** Number of indexes, from 1 to 20. @default DYNAMODB_INDEXES, else 2 */
  readonly indexes?: number | undefined;
}

/** Returns the table as a CloudFormation template: kept when its stack is deleted, with point-in-time recovery. */
export function cloudFormationTemplate(tableName: string, { ttlAttribute, indexes }: TemplateOptions = {}): object {
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `Table ${tableName}, on demand, encrypted by DynamoDB's own key`,
    Resources: {
      Table: {
        Type: 'AWS::DynamoDB::Table',
        // Neither the deletion of the stack nor a change that replaces the table may delete the data.
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          ...tableDefinition(tableName, { indexes }),
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          ...(ttlAttribute && { TimeToLiveSpecification: { AttributeName: ttlAttribute, Enabled: true } }),
        },
      },
    },
    Outputs: {
      TableName: { Value: { Ref: 'Table' } },
      TableArn: { Value: { 'Fn::GetAtt': ['Table', 'Arn'] } },
    },
  };
}
