import { Logger, type LogItem } from '@aws-lambda-powertools/logger';

export type LogLine = Record<string, unknown> & { level: string; message: string };

/** A Powertools logger whose lines, as they would be printed, are kept. */
export function capturedLogger(logLevel: 'DEBUG' | 'INFO' | 'ERROR'): { logger: Logger; lines: LogLine[] } {
  const lines: LogLine[] = [];
  class CapturedLogger extends Logger {
    protected override printLog(_level: number, item: LogItem): void {
      item.prepareForPrint();
      lines.push(JSON.parse(JSON.stringify(item.getAttributes(), this.getJsonReplacer())));
    }
  }
  return { logger: new CapturedLogger({ serviceName: 'dynamo-test', logLevel }), lines };
}
