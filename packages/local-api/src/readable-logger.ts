import { LogLevelThreshold } from '@aws-lambda-powertools/logger';
import type { LogAttributes, LogItemExtraInput, LogItemMessage } from '@aws-lambda-powertools/logger/types';
import type { ModelLogger } from '@aws-starter-kit/dynamo';

type LevelName = Exclude<keyof typeof LogLevelThreshold, 'SILENT'>;

/** A logger with the methods of Powertools' that prints one line for a person instead of JSON. */
export class ReadableLogger implements ModelLogger {
  readonly level: number;

  constructor(logLevel: LevelName) {
    this.level = LogLevelThreshold[logLevel];
  }

  trace(input: LogItemMessage, ...extra: LogItemExtraInput): void {
    this.#print('TRACE', input, extra);
  }

  debug(input: LogItemMessage, ...extra: LogItemExtraInput): void {
    this.#print('DEBUG', input, extra);
  }

  info(input: LogItemMessage, ...extra: LogItemExtraInput): void {
    this.#print('INFO', input, extra);
  }

  warn(input: LogItemMessage, ...extra: LogItemExtraInput): void {
    this.#print('WARN', input, extra);
  }

  error(input: LogItemMessage, ...extra: LogItemExtraInput): void {
    this.#print('ERROR', input, extra);
  }

  critical(input: LogItemMessage, ...extra: LogItemExtraInput): void {
    this.#print('CRITICAL', input, extra);
  }

  #print(level: LevelName, input: LogItemMessage, extra: LogItemExtraInput): void {
    if (LogLevelThreshold[level] < this.level) return;
    const { message, ...keys } = typeof input === 'string' ? { message: input } : input;
    process.stdout.write(`${readableLine(level, message, Object.assign(keys, ...extra.map(toAttributes)))}\n`);
  }
}

function toAttributes(extra: LogItemExtraInput[number]): LogAttributes {
  if (typeof extra === 'string') return { extra };
  return extra instanceof Error ? { error: extra } : extra;
}

/** `12:00:01.123 INFO  users.create  code=OK durationMs=4.2 requestId=…`, and below it the error, if any. */
function readableLine(level: LevelName, message: string, { requestId, ...keys }: LogAttributes): string {
  const values = Object.entries({ ...keys, requestId })
    .filter(([, value]) => value !== undefined && !(value instanceof Error))
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const line = [`${new Date().toISOString().slice(11, 23)} ${level.padEnd(5)} ${message}`, values.join(' ')];
  const { error } = keys;
  const withStack = LogLevelThreshold[level] >= LogLevelThreshold.ERROR;
  return line.filter(Boolean).join('  ') + (error instanceof Error ? `\n  ${describe(error, withStack)}` : '');
}

function describe(error: Error, withStack: boolean): string {
  const own = (withStack && error.stack) || `${error.name}: ${error.message}`;
  return error.cause instanceof Error ? `${own}\n  caused by ${describe(error.cause, withStack)}` : own;
}
