import { type Need, needs, type Resource, type Role } from './roles.js';

export interface PolicyOptions {
  /** `arn:aws:dynamodb:<region>:<account>:table/<name>`, or a token of the CDK for it. */
  readonly tableArn: string;
  /**
   * The stream of the table. Its ARN ends with the time at which it was turned on; `${tableArn}/stream/*` matches each.
   * With it, the policy of the API includes live changes. @default for the worker, each stream of the table
   */
  readonly streamArn?: string | undefined;
}

/** A statement of an IAM policy, in the spelling of IAM. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: string[];
  readonly Resource: string[];
  readonly Condition?: Record<string, Record<string, string[]>>;
}

/** An IAM policy, as `PolicyDocument.fromJson` of the CDK and AWS's commands take it. */
export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: Statement[];
}

/** Returns the policy that a role needs for one table: a statement for each reason. */
export function policyDocument(role: Role, options: PolicyOptions): PolicyDocument {
  const all: readonly Need[] = needs[role];
  const included = all.filter(({ option }) => option !== 'stream' || options.streamArn !== undefined);
  return { Version: '2012-10-17', Statement: included.map((need) => statementOf(need, options)) };
}

function statementOf({ sid, actions, on, ids }: Need, options: PolicyOptions): Statement {
  return {
    Sid: sid,
    Effect: 'Allow',
    Action: actions.map((action) => `dynamodb:${action}`),
    Resource: [arnOf(on, options)],
    ...(ids && { Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [...ids] } } }),
  };
}

function arnOf(resource: Resource, { tableArn, streamArn = `${tableArn}/stream/*` }: PolicyOptions): string {
  const arns: Record<Resource, string> = {
    table: tableArn,
    indexes: `${tableArn}/index/*`,
    stream: streamArn,
    everything: '*',
  };
  return arns[resource];
}
