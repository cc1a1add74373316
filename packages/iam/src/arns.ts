import type { PolicyOptions } from './policy-document.js';

/** The names that the ARNs of a policy are made of. */
export interface Place {
  readonly table: string;
  readonly region: string;
  readonly partition: string;
  readonly account?: string | undefined;
  /** Include the stream where it is optional. */
  readonly stream?: boolean | undefined;
  readonly rateLimitTable?: string | undefined;
  readonly kmsKey?: string | undefined;
}

/** Returns the options of a policy. A stream may be any that the table ever has, since its ARN holds a time. */
export function policyOptionsOf(place: Place): PolicyOptions {
  const { table, region, partition, account = '', stream, rateLimitTable, kmsKey } = place;
  const arnOf = (name: string) => `arn:${partition}:dynamodb:${region}:${account}:table/${name}`;
  return {
    tableArn: arnOf(table),
    ...(stream && { streamArn: `${arnOf(table)}/stream/*` }),
    ...(rateLimitTable !== undefined && { rateLimitTableArn: arnOf(rateLimitTable) }),
    kmsKeyArn: kmsKey,
  };
}
