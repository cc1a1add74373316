import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { lazyModule } from '../../load-once.js';
import type { FindService } from './service.js';

/** The parts of the lean transport that need the SDK. It takes longer to load than all else, and most functions never need it. */
export const sdkParts = lazyModule(() => import('./sdk-parts.js'));

/** Returns the service of a client. */
export const serviceOf =
  (client: DynamoDBDocumentClient, tableName: string): FindService =>
  async () =>
    (sdkParts.loaded ?? (await sdkParts.load())).resolveService(client, tableName);
