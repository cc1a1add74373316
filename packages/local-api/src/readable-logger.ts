import { Logger, type LogItem } from '@aws-lambda-powertools/logger';
import type { ConstructorOptions } from '@aws-lambda-powertools/logger/types';

/** Powertools formats what is logged, but always prints it as JSON; this prints one line for a person. */
export class ReadableLogger extends Logger {
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
