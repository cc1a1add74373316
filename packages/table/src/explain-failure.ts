/** Where a command was going to work, for its messages. */
export interface Place {
  tableName: string;
  region: string;
  endpoint: string | undefined;
}

/** Such as `us-east-1` or `http://127.0.0.1:8000`. */
export const placeName = ({ region, endpoint }: Place): string => endpoint ?? region;

/** One line for whoever typed the command: what is wrong and what to do next. */
export function explainFailure(error: unknown, place: Place): string {
  const chain = causes(error);
  const has = (...names: string[]) => chain.find((one) => names.includes(one.name) || names.includes(codeOf(one)));

  if (has('CredentialsProviderError')) {
    return 'No AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; for an engine on this machine set AWS_ENDPOINT_URL, such as http://127.0.0.1:8000';
  }
  const refused = has(
    'UnrecognizedClientException',
    'InvalidSignatureException',
    'ExpiredTokenException',
    'IncompleteSignatureException',
  );
  if (refused)
    return `AWS does not accept these credentials (${refused.message}): set AWS_PROFILE or AWS_ACCESS_KEY_ID anew`;
  const forbidden = has('AccessDeniedException');
  if (forbidden) return `These credentials may not do this: ${forbidden.message}`;
  if (has('ResourceNotFoundException', 'TABLE_NOT_FOUND')) {
    return `Table ${place.tableName} does not exist at ${placeName(place)}: make it with "pnpm table create", or set DYNAMODB_TABLE, AWS_REGION or AWS_ENDPOINT_URL`;
  }
  const unreachable = has(
    'ECONNREFUSED',
    'ENOTFOUND',
    'EAI_AGAIN',
    'ECONNRESET',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'TimeoutError',
  );
  if (unreachable) {
    return `No database answers at ${placeName(place)} (${codeOf(unreachable) || unreachable.name}): start it, or set AWS_ENDPOINT_URL to one that runs, or leave it out for AWS`;
  }
  return (chain[0]?.message ?? String(error)).replace(/\s*\n\s*/g, ' ');
}

function causes(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let one = error; one instanceof Error && !chain.includes(one); one = one.cause) chain.push(one);
  return chain;
}

const codeOf = (error: Error): string => ('code' in error && typeof error.code === 'string' ? error.code : '');
