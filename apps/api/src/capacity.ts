import type { Logger } from './logger.js';

/** Capacity units that the models' calls of one HTTP request consumed. */
export interface Capacity {
  /** For the models: they log what each call consumed, and only ask the database for it where their logger wants to know. */
  readonly logger: Logger;
  /** The units since it was asked last, so that the lines of a batch, whose reads are shared, add up. */
  take(): number;
}

/** Watches the lines of the models, and passes on those that `logger` prints. */
export function watchCapacity(logger: Logger): Capacity {
  let units = 0;
  const watch =
    (level: 'debug' | 'info'): Logger['info'] =>
    (text, ...more) => {
      const [{ capacityUnits } = {}] = more as { capacityUnits?: number }[];
      units += capacityUnits ?? 0;
      logger[level](text, ...more);
    };
  const watching = Object.create(logger, {
    level: { value: 0 },
    debug: { value: watch('debug') },
    info: { value: watch('info') },
  });
  return {
    logger: watching,
    take() {
      const taken = units;
      units = 0;
      return taken;
    },
  };
}
