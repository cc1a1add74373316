import { type TableOptions, tableDefinition } from '@aws-starter-kit/dynamo';

export interface TemplateOptions extends TableOptions {
  /** The attribute that holds the expiry of items. @default none */
  readonly ttlAttribute?: string | undefined;
}

/** Returns the table as a CloudFormation template: kept when its stack is deleted, with point-in-time recovery. */
export function cloudFormationTemplate(tableName: string, { ttlAttribute, ...options }: TemplateOptions = {}): object {
  const { StreamSpecification: stream, ...definition } = tableDefinition(tableName, options);
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
          ...definition,
          ...(stream && { StreamSpecification: { StreamViewType: stream.StreamViewType } }), // CloudFormation has no StreamEnabled
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          ...(ttlAttribute && { TimeToLiveSpecification: { AttributeName: ttlAttribute, Enabled: true } }),
        },
      },
    },
    Outputs: {
      TableName: { Value: { Ref: 'Table' } },
      TableArn: { Value: { 'Fn::GetAtt': ['Table', 'Arn'] } },
      ...(stream && { StreamArn: { Value: { 'Fn::GetAtt': ['Table', 'StreamArn'] } } }),
    },
  };
}
