import { setTimeout as sleep } from 'node:timers/promises';
import { type CreateUser, createUserSchema, normaliseEmail, type UserService } from '@aws-starter-kit/users';
import pLimit from 'p-limit';
import type { ZodError } from 'zod';
import type { Row } from './row.js';

/** What became of a row. */
export type Fate = { created: string } | { unchanged: string } | { refused: string };
/** A row that can be stored. */
interface Candidate {
  index: number;
  user: CreateUser;
}

/** Errors of the database that pass: the row is tried again, since nothing is wrong with it. */
const passing: ReadonlySet<unknown> = new Set([
  'THROTTLED',
  'DEADLINE_EXCEEDED',
  'DATABASE_UNAVAILABLE',
  'WRITE_OUTCOME_UNKNOWN', // if it was written after all, the next try finds it there
]);
const pausesMs = [250, 500, 1000, 2000, 4000, 8000];
const lookUpsAtOnce = 32;

/**
 * Creates the users of some rows, in an order in which of several rows with one address the first counts. A row whose user is there
 * already with the same values is unchanged. Safe to run again on the same rows.
 * @throws the database's error where it does not work for about 15 s, or will not
 */
export async function storeRows(users: UserService, rows: readonly Row[]): Promise<Fate[]> {
  const fates: Fate[] = [];
  let left: Candidate[] = [];
  rows.forEach(({ values: { email, name }, problem }, index) => {
    const parsed = createUserSchema.safeParse({ email, name });
    if (problem !== undefined) fates[index] = { refused: problem };
    else if (parsed.success) left.push({ index, user: parsed.data });
    else fates[index] = { refused: reasonOf(parsed.error) };
  });
  while (left.length > 0) {
    const addresses = new Set<string>();
    const isFirst = ({ user: { email } }: Candidate) => {
      const key = normaliseEmail(email);
      return !addresses.has(key) && addresses.add(key);
    };
    const firsts = left.filter(isFirst);
    const chosen = new Set(firsts);
    left = left.filter((candidate) => !chosen.has(candidate));
    await storeDistinct(users, firsts, fates);
  }
  return fates;
}

async function storeDistinct(users: UserService, candidates: readonly Candidate[], fates: Fate[]): Promise<void> {
  const lookUps = pLimit(lookUpsAtOnce);
  let left = [...candidates];
  for (const pauseMs of [...pausesMs, undefined]) {
    const again: Candidate[] = [];
    let trouble: Error | undefined;
    const { success, failed } = await users.createUsers(left.map(({ user }) => user));
    const failures = new Map(failed.map(({ index, error }) => [index, error]));
    const stored = left.filter((_, index) => !failures.has(index));
    stored.forEach(({ index }, position) => {
      fates[index] = { created: success[position]?.id ?? '' };
    });
    await lookUps.map(failures, async ([position, error]) => {
      const candidate = left[position] as Candidate;
      try {
        const fate = await judge(users, candidate.user, error);
        if (fate) fates[candidate.index] = fate;
        else again.push(candidate);
      } catch (error) {
        if (!passing.has(codeOf(error))) throw error;
        trouble = error as Error;
        again.push(candidate);
      }
    });
    if (again.length === 0) return;
    if (pauseMs === undefined) throw trouble ?? new Error('Addresses come and go: run the same command again');
    left = again.sort((a, b) => a.index - b.index);
    if (trouble) await sleep(pauseMs * (0.5 + Math.random()));
  }
}

/** What an error means for its row; undefined: it may be tried again at once. @throws the error, where it is none of the row */
async function judge(users: UserService, { email, name }: CreateUser, error: Error): Promise<Fate | undefined> {
  const code = codeOf(error);
  if (code === 'INVALID_USER' || code === 'INVALID_ITEM' || code === 'ITEM_TOO_LARGE')
    return { refused: error.message };
  if (code !== 'EMAIL_TAKEN') throw error;
  // by the index, which is one read; what it says is only trusted where it agrees
  const seen = await users.getUserByEmail(email);
  if (seen?.name === name) return { unchanged: seen.id };
  const holder = await users.getUserByEmail(email, { consistent: true });
  if (!holder) return undefined; // gone since
  return holder.name === name ? { unchanged: holder.id } : { refused: `${error.message}, with another name` };
}

const codeOf = (error: unknown): unknown => Object(error).code;

const reasonOf = ({ issues }: ZodError): string =>
  issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
