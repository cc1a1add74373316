import type { PolicyOptions } from './policy-document.js';

/** The names in the ARNs of a policy. */
export interface Place {
  readonly table: string;
  readonly region: string;
  readonly partition: string;
  readonly account?: string | undefined;
  /** True to include the stream in a policy where it is optional. */
  readonly stream?: boolean | undefined;
  readonly rateLimitTable?: string | undefined;
  readonly kmsKey?: string | undefined;
}

/**
 * Returns the options of a policy. They allow every stream of the table, since the ARN of a stream contains its time of
 * creation.
 */
export function policyOptionsOf(place: Place): PolicyOptions {
  const { table, region, partition, account = '', stream, rateLimitTable, kmsKey } = place;
  const arnOf = (name: string) => `arn:${partition}:dynamodb:${region}:${account}:table/${name}`;
  return {
    tableArn: arnOf(table),
    ...(stream && { streamArn: `${arnOf(table)}/stream/*` }),
    ...(rateLimitTable && { rateLimitTableArn: arnOf(rateLimitTable) }), // an empty variable counts as unset
    kmsKeyArn: kmsKey,
  };
}
