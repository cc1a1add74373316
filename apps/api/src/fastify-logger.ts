import type { Logger } from '@aws-lambda-powertools/logger';
import type { FastifyBaseLogger } from 'fastify';

type Keys = Record<string, unknown>;
type Level = 'debug' | 'info' | 'warn' | 'error' | 'critical';

/**
 * Fastify's logger interface over Powertools', so that both write one format. A child only keeps its keys: `createChild` costs 30 µs,
 * and the models' logger of a request is such a child already.
 */
export function fastifyLogger(logger: Logger, keys: Keys = {}): FastifyBaseLogger {
  const write = (level: Level) => (first: unknown, text?: unknown) => {
    if (typeof first === 'string') return logger[level](first, keys);
    const { err: error, message, ...rest } = readable(first);
    return logger[level](String(text ?? message ?? ''), { ...keys, ...rest, ...(error !== undefined && { error }) });
  };
  return {
    get level() {
      return logger.getLevelName().toLowerCase();
    },
    trace: write('debug'),
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    fatal: write('critical'),
    silent: () => {},
    child: (bindings) => fastifyLogger(logger, { ...keys, ...bindings }),
  };
}

/** What may be logged of pino's first argument: never whole requests, whose URL and headers hold what belongs in no log. */
function readable(first: unknown): Keys {
  if (first instanceof Error) return { err: first, message: first.message };
  const { req: _, res: __, err, ...rest } = Object(first) as Keys;
  return { ...rest, err, message: err instanceof Error ? err.message : undefined };
}
