import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type FaultyHandlerOptions, faultyHandler } from '@aws-starter-kit/dynamo-faults';
import { afterAll } from 'vitest';
import { freshTable } from '../../../test/fresh-table.js';

/** A table of its own, and clients for it: one that tells the truth, others with faults. */
export async function faultTable() {
  const { client: honest, endpoint, region, tableName } = await freshTable();
  const open: { destroy(): void }[] = [honest];
  afterAll(() => {
    for (const client of open) client.destroy();
  });

  /** A plain client of the SDK under faults. It does not retry, so that each fault is seen as it is. */
  function underFaults(options: FaultyHandlerOptions, config: DynamoDBClientConfig = {}) {
    const faults = faultyHandler({ record: true, ...options });
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const client = new DynamoDBClient({
      endpoint,
      region,
      credentials,
      maxAttempts: 1,
      requestHandler: faults,
      ...config,
    });
    open.push(client);
    return { client: DynamoDBDocumentClient.from(client), faults };
  }
  return { tableName, honest, underFaults };
}
