import { policyDocument } from '@aws-starter-kit/iam';
import { PolicyDocument, type Role } from 'aws-cdk-lib/aws-iam';
import { Stack, Validations } from 'aws-cdk-lib/core';
import type { TableReference } from './table.js';

/**
 * Returns what a role may do with the table: the policy that the code of `api` or `worker` was recorded to need. The
 * CDK's `grant…` methods allow more, so nothing here uses them.
 * @param streamArn the stream, if the role reads it
 */
export const tablePolicy = (role: 'api' | 'worker', { arn }: TableReference, streamArn?: string): PolicyDocument =>
  PolicyDocument.fromJson(policyDocument(role, { tableArn: arn, streamArn }));

/** Explains the wildcards in the policy of a role to the checks of the stacks. */
export function explainWildcards(role: Role, { name }: TableReference): void {
  const { region } = Stack.of(role);
  Validations.of(role).acknowledge(
    {
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:dynamodb:${region}:<AWS::AccountId>:table/${name}/index/*]`,
      reason:
        'The code queries each index of the table. Its indexes are named GSI1 to GSI20, and no other index exists.',
    },
    {
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason:
        'AWS limits neither dynamodb:ListStreams nor the writing of traces to a resource. The other statements name theirs.',
    },
  );
}
