import { randomUUID } from 'node:crypto';
import { createDynamoClient, ensureTable, type TableOptions } from '@aws-starter-kit/dynamo';
import { inject } from 'vitest';
import './provided-context.js';

export interface FreshTable {
  endpoint: string;
  region: string;
  tableName: string;
  client: ReturnType<typeof createDynamoClient>;
  /** For what a test does by hand: it waits for its connection on a busy machine too. */
  patient: ReturnType<typeof createDynamoClient>;
}

/**
 * A table of its own on the engine of the test project, ready and empty but for its mark. `client` settings, such as a request handler that
 * injects faults, hold for the client given back, not for the making of the table.
 */
export async function freshTable(
  client: Parameters<typeof createDynamoClient>[0] = {},
  table: TableOptions = {},
): Promise<FreshTable> {
  const connection = { endpoint: inject('endpoint'), region: 'us-east-1' };
  const local = { ...connection, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  const tableName = `test-${randomUUID()}`;
  const patient = createDynamoClient({ ...local, requestHandler: { connectionTimeout: 30_000 } });
  await ensureTable({ client: patient, tableName, ...table });
  // the key tells the test's own requests from those of what it tests: packages/iam enforces a policy on the latter
  const credentials = { accessKeyId: 'subject', secretAccessKey: 'local' };
  return { ...connection, tableName, patient, client: createDynamoClient({ ...local, credentials, ...client }) };
}
