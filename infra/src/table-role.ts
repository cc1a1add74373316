import { policyDocument } from '@aws-starter-kit/iam';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Stack, Validations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { TableReference } from './table.js';

export interface TableRoleOptions {
  /** The service that assumes the role. */
  readonly service: 'lambda.amazonaws.com' | 'ecs-tasks.amazonaws.com';
  /** The code that uses the role, for its policy of packages/iam. */
  readonly code: 'api' | 'worker';
  readonly table: TableReference;
  /** The stream; undefined if the code does not read it. */
  readonly streamArn?: string | undefined;
  /** The table of the shared rate limit; undefined if the code does not use it. */
  readonly rateLimitTableArn?: string | undefined;
  /** Whether the code writes traces. */
  readonly isTraced: boolean;
  readonly others?: Readonly<Record<string, PolicyDocument>>;
}

/**
 * Adds a role with the least access to the table that its code needs. The CDK's `grant…` methods allow more, so they
 * are not used.
 */
export function addTableRole(scope: Construct, id: string, options: TableRoleOptions): Role {
  const { service, code, table, streamArn, rateLimitTableArn, isTraced, others } = options;
  const policy = policyDocument(code, { tableArn: table.arn, streamArn, rateLimitTableArn, kmsKeyArn: table.keyArn });
  const role = new Role(scope, id, {
    assumedBy: new ServicePrincipal(service),
    inlinePolicies: {
      table: PolicyDocument.fromJson(policy),
      ...(code === 'api' && table.hasVectors && { vectors: searchPolicy(table) }),
      ...others,
    },
  });
  const resources = policy.Statement.flatMap(({ Resource }) => Resource);
  if (resources.includes(`${table.arn}/index/*`))
    Validations.of(role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:dynamodb:${Stack.of(scope).region}:<AWS::AccountId>:table/${table.name}/index/*]`,
      reason: 'The code queries each index of the table: GSI1 to GSI20, and its vector indexes. There are no others.',
    });
  if (isTraced || resources.includes('*'))
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason:
        'AWS limits neither dynamodb:ListStreams nor the X-Ray actions to a resource. All other statements name their resources.',
    });
  return role;
}

/** Allows searches by vector: the models of the project may have such indexes, and those of the API as it comes have none. */
const searchPolicy = (table: TableReference): PolicyDocument =>
  new PolicyDocument({
    statements: [new PolicyStatement({ actions: ['dynamodb:SearchVectors'], resources: [`${table.arn}/index/*`] })],
  });
