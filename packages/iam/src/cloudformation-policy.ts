import { type Place, policyOptionsOf } from './arns.js';
import { policyDocument } from './policy-document.js';
import { type Role, roleNeeds } from './roles.js';

/**
 * Returns a template with the policy of a role as a managed policy, for the `ManagedPolicyArns` of an IAM role.
 * Partition, region and account are those of the stack, unless an account is given.
 */
export function cloudFormationPolicy(role: Role, place: Place): object {
  const ofStack = { partition: pseudo('Partition'), region: pseudo('Region'), account: pseudo('AccountId') };
  const isOfStack = !place.account;
  const document = policyDocument(role, policyOptionsOf(isOfStack ? { ...place, ...ofStack } : place));
  const substituted = (arn: string) => (arn.includes('${') ? { 'Fn::Sub': arn } : arn);
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `The permissions of ${roleNeeds[role].of}`,
    Resources: {
      Policy: {
        Type: 'AWS::IAM::ManagedPolicy',
        Properties: {
          Description: `${role} on table ${place.table}`,
          PolicyDocument: {
            ...document,
            Statement: document.Statement.map(({ Resource, ...statement }) => ({
              ...statement,
              Resource: Resource.map(substituted),
            })),
          },
        },
      },
    },
    Outputs: { PolicyArn: { Value: { Ref: 'Policy' } } },
  };
}

/** Returns a parameter that CloudFormation fills in. */
const pseudo = (name: string) => `\${AWS::${name}}`;
