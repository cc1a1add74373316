import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { lazyModule } from '../../lazy-module.js';
import type { FindService } from './service.js';

/** The parts of the lean transport that need the SDK. The SDK takes longer to load than everything else, and most functions never need it. */
export const sdkParts = lazyModule(() => import('./sdk-parts.js'));

/** Returns a function that finds the service of a client by the SDK's rules. */
export const serviceOf =
  (client: DynamoDBDocumentClient, tableName: string): FindService =>
  async () =>
    (sdkParts.loaded ?? (await sdkParts.load())).resolveService(client, tableName);
