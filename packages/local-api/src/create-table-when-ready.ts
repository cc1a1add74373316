import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoModelOptions, ModelLogger } from '@aws-starter-kit/dynamo/model';

export interface CreateTableOptions extends DynamoModelOptions {
  tableName: string;
  logger: ModelLogger;
}

const retryAfterMs = 500;

/**
 * Creates the table if it is missing, as soon as the database answers. Logs each reason for waiting once. Never
 * rejects.
 */
export async function createTableWhenReady(options: CreateTableOptions, signal: AbortSignal): Promise<void> {
  const { tableName, endpoint = 'AWS', logger } = options;
  const { ensureTable } = await import('@aws-starter-kit/dynamo'); // loads the AWS SDK, which nothing else here needs
  for (let loggedReason: string | undefined; !signal.aborted; ) {
    try {
      if ((await ensureTable(options)) === 'created') logger.info(`Made table ${tableName} at ${endpoint}`);
      else if (loggedReason) logger.info(`The database at ${endpoint} answers`);
      return;
    } catch (error) {
      const { message, code, name } = error as NodeJS.ErrnoException;
      // a refused connection to `localhost` is an AggregateError without a message
      const reason = message || code || name;
      if (reason !== loggedReason) logger.warn(`Waiting for table ${tableName} at ${endpoint}: ${reason}`);
      loggedReason = reason;
      await sleep(retryAfterMs, undefined, { signal }).catch(() => {});
    }
  }
}
