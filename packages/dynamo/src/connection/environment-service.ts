import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Service } from '../transport/lean/service.js';
import { type Environment, isLoopback } from './environment.js';

type Credentials = Awaited<ReturnType<Service['credentials']>>;

/** What is known of the service without the SDK. */
interface Given {
  readonly environment: Environment;
  readonly region: string;
  readonly endpoint: string | undefined;
  readonly tableName: string;
  readonly client: () => Promise<DynamoDBDocumentClient>;
}

/** AWS's variables that are read here, or that change neither where requests are sent nor as whom. Any other may. */
const understood = new RegExp(
  `^AWS_(${[
    'ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|(DEFAULT_)?REGION|ENDPOINT_URL(_[A-Z0-9_]+)?',
    '(LAMBDA|XRAY)_[A-Z_]+|EXECUTION_ENV|NODEJS_CONNECTION_REUSE_ENABLED|CA_BUNDLE', // set by runtimes
    'SDK_UA_APP_ID|SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED', // the first is set by Powertools
  ].join('|')})$`,
);
/** The regions of the partition `aws`, as in the SDK. Others have another domain. */
const plainRegion = /^(us|eu|ap|sa|ca|me|af|il|mx)-[a-z]+-\d+$/;

/**
 * Returns the service of a table where the environment alone says all about it, as in a Lambda function and with a local engine: the same as
 * the SDK would find. Returns undefined where the SDK has to find it: by profiles, files, roles, special endpoints.
 */
export function environmentService(given: Given): Service | undefined {
  const { region, endpoint, tableName, client } = given;
  const isPlain = plainRegion.test(region) && !tableName.includes(':') && !hasSpecialSettings();
  const first = isPlain ? readCredentials(given) : undefined;
  if (!first) return undefined;
  let credentials = first;
  return {
    url: new URL(endpoint ?? `https://dynamodb.${region}.amazonaws.com`),
    region,
    clock: { systemClockOffset: 0 },
    credentials: async (options) => {
      if (options?.forceRefresh) credentials = readCredentials(given) ?? credentials;
      return credentials;
    },
    client,
  };
}

const hasSpecialSettings = () =>
  Object.keys(process.env).some((name) => name.startsWith('AWS_') && !understood.test(name)) ||
  existsSync(path.join(process.env.HOME || homedir(), '.aws'));

function readCredentials({ endpoint, environment }: Given): Credentials | undefined {
  if (endpoint !== undefined && isLoopback(endpoint) && !environment.hasCredentials) {
    return { accessKeyId: 'local', secretAccessKey: 'local' };
  }
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = process.env;
  const { AWS_SESSION_TOKEN: sessionToken } = process.env;
  if (!accessKeyId || !secretAccessKey) return undefined;
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
}
