import { Logger, type LogItem } from '@aws-lambda-powertools/logger';
import type { ConstructorOptions } from '@aws-lambda-powertools/logger/types';

export type { Logger } from '@aws-lambda-powertools/logger';

export interface LoggerOptions {
  serviceName: string;
  level: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';
  /** One readable line instead of JSON. Default: whether stdout is a terminal. */
  readable?: boolean;
}

/**
 * The one logger of the process. Each request has a child of it (`createChild`) that carries its id: keys appended to a shared
 * instance would stay, and appear in the lines of other requests.
 */
export function createLogger({ serviceName, level, readable = process.stdout.isTTY }: LoggerOptions): Logger {
  return new (readable ? ReadableLogger : Logger)({ serviceName, logLevel: level });
}

/** Powertools formats what is logged, but always prints it as JSON; this prints it for a person. */
class ReadableLogger extends Logger {
  protected override createLogger(options?: ConstructorOptions): Logger {
    return new ReadableLogger(options);
  }

  protected override printLog(_level: number, item: LogItem): void {
    process.stdout.write(`${readableLine(item.getAttributes())}\n`);
  }
}

/** `12:00:01.123 INFO  users.create  code=OK durationMs=4.2 requestId=…`, with what an error has to say below it. */
function readableLine({ level, message, timestamp, ...rest }: Record<string, unknown>): string {
  const { service: _, sampling_rate: __, requestId, ...keys } = rest;
  const values = Object.entries({ ...keys, requestId })
    .filter(([, value]) => value !== undefined && !(value instanceof Error))
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const line = [`${String(timestamp).slice(11, 23)} ${String(level).padEnd(5)} ${message}`, values.join(' ')];
  const { error } = keys;
  return line.filter(Boolean).join('  ') + (error instanceof Error ? `\n  ${describe(error, level === 'ERROR')}` : '');
}

function describe(error: Error, withStack: boolean): string {
  const own = (withStack && error.stack) || `${error.name}: ${error.message}`;
  return error.cause instanceof Error ? `${own}\n  caused by ${describe(error.cause, withStack)}` : own;
}
