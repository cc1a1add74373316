import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@aws-lambda-powertools/logger';
import { type DynamoModelOptions, ensureTable } from '@aws-starter-kit/dynamo';

/** The table, how to reach it, and who is told. */
export interface MakeTableOptions extends DynamoModelOptions {
  tableName: string;
  logger: Logger;
}

const retryAfterMs = 500;

/** Makes the table if it is missing, and waits for a database that is not there yet. Never rejects. */
export async function makeTable(options: MakeTableOptions, signal: AbortSignal): Promise<void> {
  const { tableName, endpoint = 'AWS', logger } = options;
  for (let said: string | undefined; !signal.aborted; ) {
    try {
      if ((await ensureTable(options)) === 'created') logger.info(`Made table ${tableName} at ${endpoint}`);
      else if (said) logger.info(`The database at ${endpoint} answers`);
      return;
    } catch (error) {
      const { message, code, name } = error as NodeJS.ErrnoException;
      const why = message || code || name; // a refused `localhost` is two refusals, in an error without a message
      if (why !== said) logger.warn(`Waiting for table ${tableName} at ${endpoint}: ${why}`);
      said = why;
      await sleep(retryAfterMs, undefined, { signal }).catch(() => {});
    }
  }
}
