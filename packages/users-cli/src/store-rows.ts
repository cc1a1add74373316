import { setTimeout as sleep } from 'node:timers/promises';
import { type CreateUser, createUserSchema, normaliseEmail, type UserService } from '@aws-starter-kit/users';
import pLimit from 'p-limit';
import type { ZodError } from 'zod';
import type { Row } from './row.js';

/** The result of a row: the id of its user, or the reason why it was rejected. */
export type RowResult = { created: string } | { unchanged: string } | { rejected: string };
/** A row with a valid user. */
interface Candidate {
  index: number;
  user: CreateUser;
}

/** Temporary errors of the database, after which the row is retried. */
const temporary: ReadonlySet<unknown> = new Set([
  'THROTTLED',
  'DEADLINE_EXCEEDED',
  'DATABASE_UNAVAILABLE',
  'WRITE_OUTCOME_UNKNOWN', // if it was written, the retry finds it
]);
const pausesMs = [250, 500, 1000, 2000, 4000, 8000];
const maxConcurrentLookUps = 32;

/**
 * Creates the users of some rows. Of several rows with one email, the first counts. A row is unchanged if its user
 * exists with the same values, so the same rows can be stored again.
 *
 * @throws the error of the database if it persists for about 15 s, or is not temporary
 */
export async function storeRows(users: UserService, rows: readonly Row[]): Promise<RowResult[]> {
  const results: RowResult[] = [];
  let remaining: Candidate[] = [];
  rows.forEach(({ values: { email, name }, problem }, index) => {
    const parsed = createUserSchema.safeParse({ email, name });
    if (problem !== undefined) results[index] = { rejected: problem };
    else if (parsed.success) remaining.push({ index, user: parsed.data });
    else results[index] = { rejected: reasonOf(parsed.error) };
  });
  while (remaining.length > 0) {
    const emails = new Set<string>();
    const isFirst = ({ user: { email } }: Candidate) => {
      const key = normaliseEmail(email);
      return !emails.has(key) && emails.add(key);
    };
    const firsts = remaining.filter(isFirst);
    const chosen = new Set(firsts);
    remaining = remaining.filter((candidate) => !chosen.has(candidate));
    await storeDistinct(users, firsts, results);
  }
  return results;
}

async function storeDistinct(
  users: UserService,
  candidates: readonly Candidate[],
  results: RowResult[],
): Promise<void> {
  const lookUps = pLimit(maxConcurrentLookUps);
  let remaining = [...candidates];
  for (const pauseMs of [...pausesMs, undefined]) {
    const retries: Candidate[] = [];
    let temporaryError: Error | undefined;
    const { success, failed } = await users.createUsers(remaining.map(({ user }) => user));
    const failures = new Map(failed.map(({ index, error }) => [index, error]));
    const stored = remaining.filter((_, index) => !failures.has(index));
    stored.forEach(({ index }, position) => {
      results[index] = { created: success[position]?.id ?? '' };
    });
    await lookUps.map(failures, async ([position, error]) => {
      const candidate = remaining[position] as Candidate;
      try {
        const result = await resultOfFailure(users, candidate.user, error);
        if (result) results[candidate.index] = result;
        else retries.push(candidate);
      } catch (error) {
        if (!temporary.has(codeOf(error))) throw error;
        temporaryError = error as Error;
        retries.push(candidate);
      }
    });
    if (retries.length === 0) return;
    if (pauseMs === undefined)
      throw temporaryError ?? new Error('Other writers keep changing the same emails: run the command again');
    remaining = retries.sort((a, b) => a.index - b.index);
    if (temporaryError) await sleep(pauseMs * (0.5 + Math.random()));
  }
}

/**
 * Returns what an error means for its row; undefined if the row can be retried at once.
 *
 * @throws the error if it is not about the row
 */
async function resultOfFailure(
  users: UserService,
  { email, name }: CreateUser,
  error: Error,
): Promise<RowResult | undefined> {
  const code = codeOf(error);
  if (code === 'INVALID_INPUT' || code === 'INVALID_ITEM' || code === 'ITEM_TOO_LARGE')
    return { rejected: error.message };
  if (code !== 'EMAIL_TAKEN') throw error;
  // the index costs one read, and is trusted only if it shows the same values
  const indexed = await users.getUserByEmail(email);
  if (indexed?.name === name) return { unchanged: indexed.id };
  const owner = await users.getUserByEmail(email, { consistent: true });
  if (!owner) return undefined; // deleted in the meantime
  return owner.name === name ? { unchanged: owner.id } : { rejected: `${error.message}, with another name` };
}

const codeOf = (error: unknown): unknown => Object(error).code;

const reasonOf = ({ issues }: ZodError): string =>
  issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
