import { Logger } from '@aws-lambda-powertools/logger';
import type { ConstructorOptions, LogItemExtraInput, LogItemMessage } from '@aws-lambda-powertools/logger/types';

/** Lines of the last milliseconds, written together. */
let lines = '';
const keptMs = 10;

function writeLines(): void {
  if (lines === '') return;
  process.stdout.write(lines);
  lines = '';
}
process.on('exit', writeLines); // also after an error that nobody caught

/** What goes to standard output; Powertools writes all that is worse to the other stream. */
const names: Record<number, string> = { 8: 'DEBUG', 12: 'INFO' };

/**
 * Powertools' lines at a fraction of their cost, which was a tenth of what a call costs: those of texts and numbers are made here. All others
 * (warnings, errors, objects, Powertools' own keys) it makes itself.
 */
export class JsonLogger extends Logger {
  /** What Powertools says in each line, and its level: it looks both up in the environment, each time. Made at the first line. */
  #common: { readonly json: string; readonly names: ReadonlySet<string>; readonly isUtc: boolean } | undefined;
  #level: number | undefined;
  #hasOwnKeys = false;

  protected override createLogger(options?: ConstructorOptions): Logger {
    return new JsonLogger(options);
  }

  override get level(): number {
    if (!(#level in this)) return super.level; // asked by Powertools' constructor
    this.#level ??= super.level;
    return this.#level;
  }

  override setLogLevel(level: Parameters<Logger['setLogLevel']>[0]): void {
    if (#level in this) this.#level = undefined;
    super.setLogLevel(level);
  }

  override appendKeys(keys: Parameters<Logger['appendKeys']>[0]): void {
    this.#hasOwnKeys = true;
    super.appendKeys(keys);
  }

  override appendPersistentKeys(keys: Parameters<Logger['appendPersistentKeys']>[0]): void {
    if (#hasOwnKeys in this) this.#hasOwnKeys = true; // else by Powertools' constructor, for the keys of the options
    super.appendPersistentKeys(keys);
  }

  protected override processLogItem(level: number, input: LogItemMessage, extra: LogItemExtraInput): void {
    if (level < this.level) return;
    this.#common ??= this.#makeCommon(level);
    const line =
      level in names && !this.#hasOwnKeys && this.#common.isUtc ? this.#lineOf(level, input, extra) : undefined;
    if (line === undefined) {
      writeLines(); // first those that came before
      super.processLogItem(level, input, extra);
      return;
    }
    if (lines === '') setTimeout(writeLines, keptMs);
    lines += line;
  }

  #makeCommon(level: number) {
    const { service, sampling_rate, timestamp } = this.createAndPopulateLogItem(level, '', []).getAttributes();
    const keys = { service, sampling_rate, ...this.getPersistentLogAttributes() };
    const names = new Set([...reserved, ...Object.keys(keys)]);
    const isUtc = String(timestamp).endsWith('Z'); // else Powertools gives times in the zone of the environment
    return { json: JSON.stringify(keys).slice(1, -1), names, isUtc };
  }

  /** A line as JSON; undefined where one of its keys is not for us. Powertools leaves out what is empty. */
  #lineOf(level: number, message: LogItemMessage, extra: LogItemExtraInput): string | undefined {
    if (typeof message !== 'string') return undefined;
    let line = `{"level":"${names[level]}","message":${JSON.stringify(message)},"timestamp":"${timestamp()}",${this.#common?.json}`;
    for (let index = 0; index < extra.length; index++) {
      const keys = extra[index];
      if (typeof keys === 'string' || keys instanceof Error) return undefined;
      for (const key in keys) {
        const value: unknown = keys[key];
        if (this.#common?.names.has(key)) return undefined;
        if (value === undefined || value === null || value === '' || isSaidAgain(key, extra, index)) continue;
        if (typeof value !== 'string' && typeof value !== 'boolean' && !Number.isFinite(value)) return undefined;
        line += memberOf(key, value as string | number | boolean);
      }
    }
    return `${line}}\n`;
  }
}

/** Of keys with one name the last holds. */
function isSaidAgain(key: string, extra: LogItemExtraInput, index: number): boolean {
  for (let i = index + 1; i < extra.length; i++) if (Object.hasOwn(Object(extra[i]), key)) return true;
  return false;
}

/** Most names and texts of a log are plain: so told, at half of what JSON.stringify costs. */
function memberOf(key: string, value: string | number | boolean): string {
  const isText = typeof value === 'string';
  if (!isPlain.test(key) || (isText && !isPlain.test(value))) return `,${JSON.stringify(key)}:${JSON.stringify(value)}`;
  return isText ? `,"${key}":"${value}"` : `,"${key}":${value}`;
}
const isPlain = /^[ !#-[\]-~]*$/;

let knownMs = Number.NaN;
let knownTimestamp = '';

/** The time in ISO 8601. The last one is kept: a millisecond has many lines. */
function timestamp(): string {
  const ms = Date.now();
  if (ms !== knownMs) {
    knownTimestamp = new Date(ms).toISOString();
    knownMs = ms;
  }
  return knownTimestamp;
}

/** Keys of Powertools, which it guards or fills in. */
const reserved = ['level', 'message', 'timestamp', 'service', 'sampling_rate', 'xray_trace_id', 'error'];
