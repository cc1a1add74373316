/** The table that a command works on, for its messages. */
export interface Place {
  tableName: string;
  region: string;
  endpoint: string | undefined;
}

/** Returns the endpoint, such as `http://127.0.0.1:8000`, or the region. */
export const placeName = ({ region, endpoint }: Place): string => endpoint ?? region;

/** Returns one line for the user of a command: what is wrong and what to do next. */
export function explainFailure(error: unknown, place: Place): string {
  const chain = causes(error);
  const has = (...names: string[]) => chain.find((one) => names.includes(one.name) || names.includes(codeOf(one)));

  if (has('CredentialsProviderError')) {
    return 'No AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; for an engine on this machine leave --aws out';
  }
  const rejected = has(
    'UnrecognizedClientException',
    'InvalidSignatureException',
    'ExpiredTokenException',
    'IncompleteSignatureException',
  );
  if (rejected)
    return `AWS does not accept these credentials (${rejected.message}): set AWS_PROFILE or AWS_ACCESS_KEY_ID anew`;
  const forbidden = has('AccessDeniedException');
  if (forbidden) return `These credentials lack a permission: ${forbidden.message}`;
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
    return `No database answers at ${placeName(place)} (${codeOf(unreachable) || unreachable.name}): start it, set AWS_ENDPOINT_URL to one that runs, or unset it and add --aws for AWS itself`;
  }
  return oneLine(chain[0]?.message ?? String(error));
}

/** Joins lines. Replacing line breaks with the space around them would take quadratic time. */
const oneLine = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' ');

function causes(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let one = error; one instanceof Error && !chain.includes(one); one = one.cause) chain.push(one);
  return chain;
}

const codeOf = (error: Error): string => ('code' in error && typeof error.code === 'string' ? error.code : '');
