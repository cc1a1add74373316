import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { CheckedPage } from './check-page.js';
import type { Finding } from './findings.js';
import type { RawItem } from './stored-item.js';

/** What a run is, first line of its file. One that is interrupted goes on only as the same. */
export interface RunHeader {
  readonly table: string;
  readonly fix: boolean;
  readonly mark: boolean;
  readonly models: string;
  readonly segments: number;
  readonly startedAt: string;
}

/** One step of a run, a line each. Pages are repeated whole after an interruption, so what they repaired is noted by itself. */
export type RunStep = { readonly repaired: Finding } | { readonly page: PageStep } | SettledStep;

export interface SettledStep {
  /** `claim` was missing, or an `orphan`; then the id of the claim. */
  readonly settled: `${'claim' | 'orphan'} ${string}`;
  readonly findings: readonly Finding[];
  readonly hasOtherWriter: boolean;
}

export interface PageStep extends CheckedPage {
  readonly segment: number;
  /** Where the segment goes on; null: it is done. */
  readonly next: RawItem | null;
  readonly left: readonly Finding[];
}

export interface RunFile {
  readonly header: RunHeader;
  /** What the interrupted run did already. */
  readonly steps: readonly RunStep[];
  /** `resumed`: goes on where a run was interrupted; `replaced`: there was one, but another (table, options). */
  readonly origin: 'new' | 'resumed' | 'replaced';
  append(step: RunStep): void;
  /** Ends the run: there is nothing to go on with. */
  remove(): void;
}

/** The file of a run; without a path it is kept nowhere. Only its owner may read it: keys of claims hold the values. */
export function openRunFile(path: string | undefined, header: RunHeader): RunFile {
  if (path === undefined) return { header, steps: [], origin: 'new', append: () => {}, remove: () => {} };
  const before = read(path);
  const isSame = before !== undefined && identity(before.header) === identity(header);
  if (!isSame) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${JSON.stringify(header)}\n`, { mode: 0o600 });
  }
  return {
    header: isSame ? before.header : header,
    steps: isSame ? before.steps : [],
    origin: isSame ? 'resumed' : before ? 'replaced' : 'new',
    append: (step) => appendFileSync(path, `${JSON.stringify(step)}\n`),
    remove: () => rmSync(path, { force: true }),
  };
}

/** A resumed run keeps the segments and the start of the one that it goes on with. */
const identity = ({ table, fix, mark, models }: RunHeader) => JSON.stringify([table, fix, mark, models]);

function read(path: string): { header: RunHeader; steps: RunStep[] } | undefined {
  if (!existsSync(path)) return undefined;
  const text = readFileSync(path, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1); // a line that the end of the process cut off is dropped
  if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole));
  try {
    const [header, ...steps] = whole
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
    if (typeof header?.startedAt === 'string') return { header, steps };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new Error(`${path} is no file of the doctor: give another one with --state, or delete it`);
}
