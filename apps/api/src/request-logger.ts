import type { Logger } from '@aws-lambda-powertools/logger';
import type { LogAttributes } from '@aws-lambda-powertools/logger/types';

type Line = [text: string, ...keys: LogAttributes[]];

/**
 * The logger of one HTTP request, for its calls and their models: names the request in each line. Not a child of Powertools', which costs
 * 30 µs to make.
 */
export class RequestLogger {
  /** What models ask before they make a line. */
  readonly level: number;
  readonly #logger: Logger;
  readonly #requestId: string;
  #units = 0;

  /** @param countsUnits whether the models shall ask the database what their calls consume, though nobody reads their lines */
  constructor(logger: Logger, requestId: string, countsUnits: boolean) {
    this.#logger = logger;
    this.#requestId = requestId;
    this.level = countsUnits ? 0 : logger.level;
  }

  debug(...line: Line): void {
    this.#write('debug', line);
  }

  info(...line: Line): void {
    this.#write('info', line);
  }

  warn(...line: Line): void {
    this.#write('warn', line);
  }

  error(...line: Line): void {
    this.#write('error', line);
  }

  /** The capacity units since it was asked last, so that the lines of a batch, whose reads are shared, add up. */
  takeUnits(): number {
    const units = this.#units;
    this.#units = 0;
    return units;
  }

  #write(level: 'debug' | 'info' | 'warn' | 'error', [text, ...keys]: Line): void {
    const [{ operation, capacityUnits = 0 } = {}] = keys;
    if (operation) this.#units += Number(capacityUnits); // a line of a model, not of a call, which sums them up
    if (level === 'debug' && this.#logger.level > debugLevel) return;
    this.#logger[level](text, ...keys, { requestId: this.#requestId });
  }
}

/** Powertools' number for the level DEBUG. */
const debugLevel = 8;
