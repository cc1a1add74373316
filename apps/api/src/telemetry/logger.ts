import { Logger, LogLevelThreshold } from '@aws-lambda-powertools/logger';
import type {
  ConstructorOptions,
  LogAttributes,
  LogItemExtraInput,
  LogItemMessage,
} from '@aws-lambda-powertools/logger/types';
import type { ModelLogger, WrittenEntity } from '@aws-starter-kit/dynamo/model';
import { flushLines, writeSoon } from './buffered-stdout.js';
import { jsonLine } from './json-line.js';
import { loggableError } from './loggable-error.js';
import { pseudonym } from './pseudonym.js';

export type Level = Exclude<keyof ModelLogger, 'level'>;

const thresholds: Readonly<Record<Level, number>> = {
  trace: LogLevelThreshold.TRACE,
  debug: LogLevelThreshold.DEBUG,
  info: LogLevelThreshold.INFO,
  warn: LogLevelThreshold.WARN,
  error: LogLevelThreshold.ERROR,
  critical: LogLevelThreshold.CRITICAL,
};

const nothing: readonly WrittenEntity[] = [];
const noKeys: LogAttributes = {};

/** Where lines go. */
interface Output {
  /** A Powertools Logger, or another with its methods. */
  readonly logger: ModelLogger;
  /** The lowest level of the lines that are written. */
  readonly threshold: number;
  /** Set if the logger writes JSON with this name. Lines of calls are made here then: Powertools takes 12 µs each. */
  readonly serviceName?: string | undefined;
}

/** The logger of the app, and as a child that of one request, of its calls and their models. */
export class ApiLogger implements ModelLogger {
  /** The threshold that models compare before they make a line. */
  readonly level: number;
  readonly #output: Output;
  readonly #keys: LogAttributes;
  #capacityUnits = 0;
  #hasReplayed = false;
  #written: WrittenEntity[] | undefined;

  constructor(output: Output, keys: LogAttributes = noKeys, level: number = output.threshold) {
    this.#output = output;
    this.#keys = keys;
    this.level = level;
  }

  /**
   * Returns a logger that adds these keys to each line. Powertools' `createChild` takes 30 µs.
   * @param level below that of the parent if models shall make lines that are only counted
   */
  child(keys: LogAttributes, level?: number): ApiLogger {
    return new ApiLogger(this.#output, this.#keys === noKeys ? keys : { ...this.#keys, ...keys }, level);
  }

  trace(input: LogItemMessage, ...extra: LogItemExtraInput): void {
    this.#write('trace', input, extra);
  }

  debug(input: LogItemMessage, ...extra: LogItemExtraInput): void {
    this.#write('debug', input, extra);
  }

  info(input: LogItemMessage, ...extra: LogItemExtraInput): void {
    this.#write('info', input, extra);
  }

  warn(input: LogItemMessage, ...extra: LogItemExtraInput): void {
    this.#write('warn', input, extra);
  }

  error(input: LogItemMessage, ...extra: LogItemExtraInput): void {
    this.#write('error', input, extra);
  }

  critical(input: LogItemMessage, ...extra: LogItemExtraInput): void {
    this.#write('critical', input, extra);
  }

  /**
   * Returns the capacity units in the models' lines since the last call, so that the calls of a batch, whose reads are
   * shared, add up.
   */
  drainCapacityUnits(): number {
    const units = this.#capacityUnits;
    this.#capacityUnits = 0;
    return units;
  }

  /** True if a model has logged that a call with a key had already been applied. */
  get hasReplayed(): boolean {
    return this.#hasReplayed;
  }

  /** Returns what the models' lines since the last call say about written entities. */
  drainWritten(): readonly WrittenEntity[] {
    const written = this.#written ?? nothing;
    this.#written = undefined;
    return written;
  }

  #count({ capacityUnits, written, entity, id, error, once }: LogAttributes): void {
    this.#capacityUnits += Number(capacityUnits ?? 0);
    if (once === 'replayed') this.#hasReplayed = true;
    if (Array.isArray(written)) this.#note(written);
    if (error === 'WriteOutcomeUnknownError' && typeof id === 'string')
      this.#note([{ entity: String(entity), id, isUncertain: true }]);
  }

  #note(written: readonly WrittenEntity[]): void {
    this.#written ??= [];
    this.#written.push(...written);
  }

  #write(level: Level, input: LogItemMessage, extra: LogItemExtraInput): void {
    const isOfModel = Object(extra[0]).operation !== undefined; // only models' lines name an operation
    if (isOfModel) this.#count(extra[0] as LogAttributes);
    const { logger, serviceName, threshold } = this.#output;
    if (thresholds[level] < threshold) return;
    const attributes = extra.map(toAttributes);
    if (isOfModel) attributes[0] = withoutPersonalData(attributes[0] as LogAttributes);
    attributes.push(this.#keys);
    const isPlain = level === 'debug' || level === 'info'; // the others go to standard error
    const text = isPlain && serviceName !== undefined ? jsonLine(level, serviceName, input, attributes) : undefined;
    if (text !== undefined) {
      writeSoon(text);
      return;
    }
    flushLines(); // keeps the order
    logger[level](input, ...attributes);
  }
}

/** Returns a logger with Powertools' format, for production. Sampling is off, since a server is one long invocation. */
export function jsonLogger(options: Pick<ConstructorOptions, 'logLevel'> & { serviceName: string }): ApiLogger {
  const logger = new Logger({ ...options, sampleRateValue: 0 });
  return new ApiLogger({ logger, threshold: logger.level, serviceName: options.serviceName });
}

/** Returns an ApiLogger that leaves all lines to another logger, such as a Powertools Logger with its own formatter. */
export function apiLogger(logger: ModelLogger): ApiLogger {
  if (logger instanceof ApiLogger) return logger;
  const output: Output = {
    logger,
    get threshold() {
      return logger.level; // may change at run time
    },
  };
  return new ApiLogger(output);
}

/** Names attributes as Powertools does, and leaves of errors what a line may hold. */
function toAttributes(extra: LogItemExtraInput[number]): LogAttributes {
  if (typeof extra === 'string') return { extra };
  if (extra instanceof Error) return { error: loggableError(extra) };
  for (const key in extra) if (extra[key] instanceof Error) return withLoggableErrors(extra);
  return extra;
}

const withLoggableErrors = (attributes: LogAttributes): LogAttributes =>
  Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [key, value instanceof Error ? loggableError(value) : value]),
  );

/** Callers may choose ids. The ids in `written` are for the audit trail: a batch has up to a thousand. */
function withoutPersonalData({ written: _, ...line }: LogAttributes): LogAttributes {
  if (typeof line.id === 'string') line.id = pseudonym(line.id);
  return line;
}
