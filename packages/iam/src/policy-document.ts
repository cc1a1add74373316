import type { Need, Target } from './needs.js';
import { type Role, type RoleNeeds, roleNeeds } from './roles.js';

export interface PolicyOptions {
  /** `arn:aws:dynamodb:<region>:<account>:table/<name>`, or a token of the CDK for it. */
  readonly tableArn: string;
  /**
   * The stream of the table, whose ARN ends with the time at which it was turned on; `${tableArn}/stream/*` matches all
   * streams that it ever has. With this option, the policy of the API includes live changes.
   * @default for the other roles that read a stream, all streams of the table
   */
  readonly streamArn?: string | undefined;
  /** The table of the shared rate limit. With this option, the policy of the API includes its counters. */
  readonly rateLimitTableArn?: string | undefined;
  /** The customer-managed key of the table. With this option, the policy includes its use through DynamoDB. */
  readonly kmsKeyArn?: string | undefined;
}

/** A statement of an IAM policy. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: string[];
  readonly Resource: string[];
  readonly Condition?: Record<string, Record<string, string[]>>;
}

/** An IAM policy, in the form that the AWS CLI and `PolicyDocument.fromJson` of the CDK accept. */
export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: Statement[];
}

/** Returns the least policy of a role for one table, with a statement for each purpose. */
export function policyDocument(role: Role, options: PolicyOptions): PolicyDocument {
  return { Version: '2012-10-17', Statement: needsOf(role, options).map((need) => statementOf(need, options)) };
}

/** Returns the needs of a role with these options. */
export function needsOf(role: Role, options: Omit<PolicyOptions, 'tableArn'>): readonly Need[] {
  const { always, stream = [], rateLimit = [], key }: RoleNeeds = roleNeeds[role];
  return [
    ...always,
    ...(options.streamArn === undefined ? [] : stream),
    ...(options.rateLimitTableArn === undefined ? [] : rateLimit),
    ...(options.kmsKeyArn === undefined ? [] : key),
  ];
}

function statementOf(need: Need, options: PolicyOptions): Statement {
  const condition = conditionOf(need);
  return {
    Sid: need.sid,
    Effect: 'Allow',
    Action: [...need.actions],
    Resource: [arnOf(need.on, options)],
    ...(condition && { Condition: condition }),
  };
}

function conditionOf({ on, ids }: Need): Statement['Condition'] {
  // the principal may use the key through DynamoDB only
  if (on === 'key') return { StringLike: { 'kms:ViaService': ['dynamodb.*.amazonaws.com'] } };
  return ids && { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [...ids] } };
}

function arnOf(target: Target, options: PolicyOptions): string {
  const { tableArn, streamArn = `${tableArn}/stream/*`, rateLimitTableArn = '', kmsKeyArn = '' } = options;
  const arns: Record<Target, string> = {
    table: tableArn,
    indexes: `${tableArn}/index/*`,
    stream: streamArn,
    everything: '*',
    rateLimitTable: rateLimitTableArn,
    key: kmsKeyArn,
  };
  return arns[target];
}
