import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { CheckedPage } from './check-page.js';
import type { Finding } from './findings.js';
import type { RawItem } from './stored-item.js';

/**
 * First line of a run's file. An interrupted run is continued only by one of the same table and models, both with `fix`
 * or both without.
 */
export interface RunHeader {
  readonly table: string;
  readonly fix: boolean;
  readonly models: string;
  readonly segments: number;
  readonly startedAt: string;
}

/** One step of a run, a line each. An interrupted page is read again, so its repairs are recorded by themselves. */
export type RunStep = { readonly repaired: Finding } | { readonly page: PageStep } | ResolvedStep;

export interface ResolvedStep {
  /** A doubtful `claim`, or a `value` without one; then the id of the claim. */
  readonly resolved: `${'claim' | 'value'} ${string}`;
  readonly findings: readonly Finding[];
  readonly hasOtherWriter: boolean;
}

export interface PageStep extends CheckedPage {
  readonly segment: number;
  /** Key after which the segment continues; null at its end. */
  readonly next: RawItem | null;
  readonly left: readonly Finding[];
}

/**
 * - `resumed`: continues an interrupted run
 * - `restarted`: an interrupted run is not resumed but starts over, since this one is to mark the table
 * - `replaced`: there was an interrupted run of another table, with other models or another `fix`
 */
export type RunOrigin = 'new' | 'resumed' | 'restarted' | 'replaced';

export interface RunFile {
  readonly header: RunHeader;
  /** The steps that the interrupted run has completed. */
  readonly steps: readonly RunStep[];
  readonly origin: RunOrigin;
  append(step: RunStep): void;
  /** Deletes the file at the end of the run. */
  remove(): void;
}

/**
 * Opens the file of a run; without a path nothing is recorded. Only its owner may read it, since ids of claims contain
 * values.
 * @param isMarking the run is to mark the table, so it reads all of it: what other systems wrote after an interruption
 * would be missed
 */
export function openRunFile(path: string | undefined, header: RunHeader, isMarking: boolean): RunFile {
  if (path === undefined) return { header, steps: [], origin: 'new', append: () => {}, remove: () => {} };
  const before = read(path);
  const isSame = before !== undefined && identity(before.header) === identity({ ...header, format });
  const isResumed = isSame && !isMarking;
  if (!isResumed) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${JSON.stringify({ ...header, format })}\n`, { mode: 0o600 });
  }
  return {
    header: isResumed ? before.header : header,
    steps: isResumed ? before.steps : [],
    origin: isResumed ? 'resumed' : isSame ? 'restarted' : before ? 'replaced' : 'new',
    append: (step) => appendFileSync(path, `${JSON.stringify(step)}\n`),
    remove: () => rmSync(path, { force: true }),
  };
}

/** Increased whenever steps are written in another form, so that no run resumes one of an older version. */
const format = 2;

/** A resumed run keeps the segments and the start of the interrupted one. */
const identity = ({ table, fix, models, format }: RunHeader & { format?: number }) =>
  JSON.stringify([table, fix, models, format]);

function read(path: string): { header: RunHeader; steps: RunStep[] } | undefined {
  if (!existsSync(path)) return undefined;
  const text = readFileSync(path, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1); // a last line that the end of the process cut off is dropped
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
  throw new Error(`${path} is not a state file of the doctor: give another one with --state, or delete it`);
}
