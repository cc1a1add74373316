import { setTimeout as sleep } from 'node:timers/promises';
import { type DynamoModelOptions, ensureTable, TableNotFoundError } from '@aws-starter-kit/dynamo';
import { UserModel } from '@aws-starter-kit/users';
import type { Logger } from './logger.js';

/** The table, and how to reach it. */
export interface TableOptions extends DynamoModelOptions {
  tableName: string;
  logger: Logger;
}

const retryAfterMs = 500;

/** For development: makes the table if it is missing, and waits for a database that is not there yet. Never rejects. */
export async function makeTable(options: TableOptions, signal: AbortSignal): Promise<void> {
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

/**
 * For production, where nobody makes a table by accident. A database that does not answer is no reason to stay down: `/readyz` tells.
 * @throws TableNotFoundError, which names the command that makes it
 */
export async function refuseMissingTable(options: TableOptions): Promise<void> {
  try {
    await new UserModel(options).getById('startup', { deadlineMs: 2000 });
  } catch (error) {
    if (error instanceof TableNotFoundError) throw error;
    options.logger.warn('The database does not answer yet', { error: error as Error });
  }
}
