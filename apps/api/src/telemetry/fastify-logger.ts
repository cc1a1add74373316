import { LogLevelThreshold } from '@aws-lambda-powertools/logger';
import type { LogAttributes } from '@aws-lambda-powertools/logger/types';
import type { FastifyBaseLogger } from 'fastify';
import type { ApiLogger, Level } from './logger.js';

/** Returns Fastify's view of a logger. */
export const fastifyLogger = (logger: ApiLogger): FastifyBaseLogger => new FastifyLogger(logger, noKeys);

const noKeys: LogAttributes = {};

/** Arguments of pino's methods: a text, or keys and a text. */
type PinoLine = [first: unknown, text?: unknown];

/** Fastify calls loggers as pino is called: keys first, then the text. It makes a child for each request. */
class FastifyLogger implements FastifyBaseLogger {
  readonly #logger: ApiLogger;
  readonly #keys: LogAttributes;

  constructor(logger: ApiLogger, keys: LogAttributes) {
    this.#logger = logger;
    this.#keys = keys;
  }

  get level(): string {
    const name = Object.entries(LogLevelThreshold).find(([, threshold]) => threshold === this.#logger.level)?.[0];
    return (name ?? 'INFO').toLowerCase();
  }

  child(keys: LogAttributes): FastifyLogger {
    return new FastifyLogger(this.#logger, this.#keys === noKeys ? keys : { ...this.#keys, ...keys });
  }

  trace(...line: PinoLine): void {
    this.#write('debug', line);
  }

  debug(...line: PinoLine): void {
    this.#write('debug', line);
  }

  info(...line: PinoLine): void {
    this.#write('info', line);
  }

  warn(...line: PinoLine): void {
    this.#write('warn', line);
  }

  error(...line: PinoLine): void {
    this.#write('error', line);
  }

  fatal(...line: PinoLine): void {
    this.#write('critical', line);
  }

  silent(): void {}

  /** Leaves out requests and replies, whose URL and headers may hold personal data and tokens. */
  #write(level: Level, [first, text]: PinoLine): void {
    if (typeof first === 'string') {
      this.#logger[level](first, this.#keys);
      return;
    }
    const given: LogAttributes = first instanceof Error ? { err: first } : Object(first);
    const { req: _, res: __, err, message = Object(err).message, ...keys } = given;
    this.#logger[level](String(text ?? message ?? ''), keys, this.#keys, err === undefined ? {} : { error: err });
  }
}
