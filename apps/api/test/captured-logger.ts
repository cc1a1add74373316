import { Logger, type LogItem } from '@aws-lambda-powertools/logger';
import type { ConstructorOptions } from '@aws-lambda-powertools/logger/types';

export type LogLine = Record<string, unknown> & { level: string; message: string };

/** Returns a Powertools logger that keeps its lines, formatted as for printing; those of its children too. */
export function capturedLogger(): { logger: Logger; lines: LogLine[] } {
  const lines: LogLine[] = [];

  class CapturedLogger extends Logger {
    protected override createLogger(options?: ConstructorOptions): Logger {
      return new CapturedLogger(options);
    }
    protected override printLog(_level: number, item: LogItem): void {
      item.prepareForPrint();
      lines.push(JSON.parse(JSON.stringify(item.getAttributes(), this.getJsonReplacer())));
    }
  }
  return { logger: new CapturedLogger({ serviceName: 'api-test', logLevel: 'DEBUG' }), lines };
}
