import type { Logger } from '@aws-lambda-powertools/logger';
import type { LogAttributes } from '@aws-lambda-powertools/logger/types';

/**
 * The logger of one HTTP request, for its calls and their models: names the request in each line. Not a child of Powertools', which costs
 * 30 µs to make.
 * @param countsUnits whether the models shall ask the database what their calls consume, though nobody reads their lines
 */
export function requestLogger(logger: Logger, requestId: string, countsUnits: boolean) {
  let units = 0;
  const write =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (text: string, ...more: LogAttributes[]) => {
      const [{ operation, capacityUnits = 0 } = {}] = more;
      if (operation) units += Number(capacityUnits); // a line of a model, not of a call, which sums them up
      logger[level](text, ...more, { requestId });
    };
  const level = countsUnits ? 0 : logger.level;
  const lines = { level, debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
  return {
    logger: lines as unknown as Logger,
    /** The capacity units since it was asked last, so that the lines of a batch, whose reads are shared, add up. */
    takeUnits() {
      const taken = units;
      units = 0;
      return taken;
    },
  };
}
