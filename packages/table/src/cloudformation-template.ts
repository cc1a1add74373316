import { tableDefinition } from '@aws-starter-kit/dynamo';

/** The table as a CloudFormation template: kept when the stack goes, with point-in-time recovery. */
export function cloudFormationTemplate(tableName: string, { ttlAttribute }: { ttlAttribute?: string } = {}): object {
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `Table ${tableName}, on demand, encrypted by DynamoDB's own key`,
    Resources: {
      Table: {
        Type: 'AWS::DynamoDB::Table',
        // All data is in it: neither deleting the stack nor a change that replaces the table may delete that.
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          ...tableDefinition(tableName),
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
