import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Service } from '../transport/lean/service.js';
import { type Environment, environmentCredentials, hasSpecialSettings, isLoopback } from './environment.js';

type Credentials = Awaited<ReturnType<Service['credentials']>>;

/** The settings of a table that are known without the SDK. */
interface Given {
  readonly environment: Environment;
  readonly region: string;
  readonly endpoint: string | undefined;
  readonly tableName: string;
  readonly client: () => Promise<DynamoDBDocumentClient>;
}

/** The regions of the partition `aws`, as in the SDK. Others have another domain. */
const plainRegion = /^(us|eu|ap|sa|ca|me|af|il|mx)-[a-z]+-\d+$/;

/**
 * Returns the service of a table, the same one that the SDK would find, if the environment variables are enough to find it: in a Lambda function,
 * or with a local engine. Returns undefined if the SDK has to find it, by profiles, files, roles or special endpoints.
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

function readCredentials({ endpoint, environment }: Given): Credentials | undefined {
  if (endpoint !== undefined && isLoopback(endpoint) && !environment.hasCredentials) {
    return { accessKeyId: 'local', secretAccessKey: 'local' };
  }
  return environmentCredentials();
}
