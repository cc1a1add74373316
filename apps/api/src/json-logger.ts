import { Logger } from '@aws-lambda-powertools/logger';
import type { ConstructorOptions, LogItemExtraInput, LogItemMessage } from '@aws-lambda-powertools/logger/types';

/** Lines that one turn of the event loop made, written together at its end: to write costs more than to make a line. */
let lines = '';

function writeLines(): void {
  if (lines === '') return;
  const text = lines;
  lines = '';
  process.stdout.write(text);
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
  #common: { readonly text: string; readonly keys: ReadonlySet<string> } | undefined;
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
    const own = typeof input === 'string' && level in names && !this.#hasOwnKeys ? this.#textOf(extra) : undefined;
    if (own === undefined) {
      writeLines(); // first those that came before
      super.processLogItem(level, input, extra);
      return;
    }
    const head = `{"level":"${names[level]}","message":${JSON.stringify(input)},"timestamp":"${new Date().toISOString()}"`;
    if (lines === '') setImmediate(writeLines);
    lines += `${head}${this.#common.text}${own}}\n`;
  }

  #makeCommon(level: number) {
    const { service, sampling_rate } = this.createAndPopulateLogItem(level, '', []).getAttributes();
    const kept = { service, sampling_rate, ...this.getPersistentLogAttributes() };
    return { text: `,${JSON.stringify(kept).slice(1, -1)}`, keys: new Set([...reserved, ...Object.keys(kept)]) };
  }

  /** The keys of a line; undefined where one of them is not for us. Powertools leaves out what is empty. */
  #textOf(extra: LogItemExtraInput): string | undefined {
    if (extra.some((item) => typeof item === 'string' || item instanceof Error)) return undefined;
    const all: Record<string, unknown> = Object.assign({}, ...extra); // later ones replace earlier ones
    let text = '';
    for (const key in all) {
      const value = all[key];
      if (this.#common?.keys.has(key)) return undefined;
      if (value === undefined || value === null || value === '') continue;
      if (typeof value === 'string') text += `,${JSON.stringify(key)}:${JSON.stringify(value)}`;
      else if (typeof value === 'boolean' || Number.isFinite(value)) text += `,${JSON.stringify(key)}:${value}`;
      else return undefined;
    }
    return text;
  }
}

/** Keys of Powertools, which it guards or fills in. */
const reserved = ['level', 'message', 'timestamp', 'service', 'sampling_rate', 'xray_trace_id', 'error'];
