import { createDynamoClient, ensureTable } from '@aws-starter-kit/dynamo';
import { startLocalDynamo } from '@aws-starter-kit/local-dynamo';
import { changeFeed } from '@aws-starter-kit/streams';
import { type AppDependencies, buildApp, liveModels, makeServices } from '../apps/api/src/app.js';
import { capturedLogger } from '../apps/api/test/captured-logger.js';
import { capturedTrail } from '../apps/api/test/captured-trail.js';
import { adminToken, authenticate } from '../apps/api/test/local-tokens.js';

export interface ApiOnOwnEngine {
  /** Where it listens, such as `http://127.0.0.1:49152`. */
  url: string;
  /** Allows everything. */
  token: string;
  stop(): Promise<void>;
}

/** The API on a free port, with its own engine and a table with a stream. Long tests share no engine. */
export async function apiOnOwnEngine(settings: Partial<AppDependencies> = {}): Promise<ApiOnOwnEngine> {
  const engine = await startLocalDynamo();
  const table = { client: createDynamoClient({ endpoint: engine.endpoint }), tableName: 'users' };
  await ensureTable({ ...table, stream: true });
  const app = buildApp({
    authenticate,
    audit: capturedTrail().audit,
    logger: capturedLogger().logger,
    live: changeFeed({ models: liveModels(table), ...table, pollMs: 50 }),
    services: (logger) => makeServices({ ...table, logger }),
    ...settings,
  });
  return {
    url: await app.listen({ port: 0, host: '127.0.0.1' }),
    token: adminToken,
    async stop() {
      await app.close();
      table.client.destroy();
      await engine.stop();
    },
  };
}
