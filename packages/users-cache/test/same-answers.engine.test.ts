import { UserModel, UserService } from '@aws-starter-kit/users';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { olderTable, olderUser } from '../../../test/older-table.js';
import { cachedUserService } from '../src/index.js';

const ttlMs = 1000;

/** A cached service and one without a cache on the same table, with their state. */
interface Real {
  cached: UserService;
  plain: UserService;
  ids: string[];
  /** Advances the clock of the cache. */
  pass(ms: number): void;
}
/** Whether another process has written within the TTL, so that the cache may return old values. */
interface State {
  isForeign: boolean;
}
type Command = fc.AsyncCommand<State, Real>;

const outcome = (work: Promise<unknown>) =>
  work.then(
    (value) => ({ value }),
    (error: { code?: string; message: string }) => ({ error: error.code ?? error.message }),
  );
const command = (text: string, run: (state: State, real: Real) => Promise<void>): Command => ({
  check: () => true,
  run,
  toString: () => text,
});
const idOf = ({ ids }: Real, n: number, isPrefixed = false) => `${isPrefixed ? 'USER#' : ''}${ids[n] ?? `nobody-${n}`}`;

const number = fc.nat({ max: 3 });
const byOther = fc.constantFrom(false, false, false, true);
const emails = ['a@example.com', 'A@Example.com', ' b@example.com ', 'Old@Example.com'];
const email = fc.constantFrom(...emails);
const name = fc.constantFrom('Ada', 'Grace');
const version = fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined, freq: 1 });

/**
 * Checks that each read returns the same as without a cache after a write. This also fills the cache for the next
 * write.
 */
async function compare({ cached, plain, ids }: Real): Promise<void> {
  const answers = (users: UserService) =>
    Promise.all([
      ...ids.map((id) => users.getUserById(id)),
      users.getUsersByIds(ids),
      ...emails.map((one) => users.getUserByEmail(one)),
      users.countUsers(),
    ]);
  expect(await answers(cached)).toEqual(await answers(plain));
}

/** Checks that a read returns the same as without a cache. */
const read = (text: string, ask: (users: UserService, real: Real) => Promise<unknown>) =>
  command(text, async ({ isForeign }, real) => {
    const answer = await outcome(ask(real.cached, real));
    if (isForeign) return; // it may be old, up to the TTL
    expect(answer).toEqual(await outcome(ask(real.plain, real)));
  });

const write = (text: string, run: (users: UserService, real: Real) => Promise<unknown>, byOther: boolean) =>
  command(`${byOther ? 'other ' : ''}${text}`, async (state, real) => {
    await outcome(run(byOther ? real.plain : real.cached, real));
    state.isForeign ||= byOther;
    if (!state.isForeign) await compare(real);
  });

const ttlPasses = fc.constant(
  command('the ttl passes', async (state, real) => {
    real.pass(ttlMs + 1);
    state.isForeign = false;
  }),
);

const commands = [
  fc
    .tuple(number, fc.boolean())
    .map(([n, isPrefixed]) => read(`getUserById(${n})`, (users, real) => users.getUserById(idOf(real, n, isPrefixed)))),
  fc
    .array(number, { maxLength: 4 })
    .map((numbers) =>
      read(`getUsersByIds(${numbers})`, (users, real) => users.getUsersByIds(numbers.map((n) => idOf(real, n)))),
    ),
  email.map((one) => read(`getUserByEmail(${one})`, (users) => users.getUserByEmail(one))),
  email.map((one) => read(`getUserByEmail(${one}) !`, (users) => users.getUserByEmail(one, { consistent: true }))),
  fc.constant(read('countUsers', (users) => users.countUsers())),
  fc.constant(read('listUsers', (users) => users.listUsers())),
  fc
    .tuple(email, name, fc.boolean())
    .map(([email, name, byOther]) =>
      write(
        `createUser(${email})`,
        async (users, real) => real.ids.push((await users.createUser({ email, name })).id),
        byOther,
      ),
    ),
  fc.tuple(fc.array(email, { maxLength: 3 }), name).map(([emails, name]) =>
    write(
      `createUsers(${emails})`,
      async (users, real) => {
        const { success } = await users.createUsers(emails.map((email) => ({ email, name })));
        real.ids.push(...success.map(({ id }) => id));
      },
      false,
    ),
  ),
  fc
    .tuple(number, fc.record({ email, name }, { requiredKeys: [] }), version, byOther)
    .map(([n, data, expectedVersion, byOther]) =>
      write(
        `updateUser(${n}, ${JSON.stringify(data)})`,
        (users, real) => users.updateUser(idOf(real, n, true), data, { expectedVersion }),
        byOther,
      ),
    ),
  fc
    .tuple(number, byOther)
    .map(([n, byOther]) => write(`deleteUser(${n})`, (users, real) => users.deleteUser(idOf(real, n)), byOther)),
  fc
    .array(number, { maxLength: 3 })
    .map((numbers) =>
      write(
        `batchDeleteUsers(${numbers})`,
        (users, real) => users.batchDeleteUsers(numbers.map((n) => idOf(real, n))),
        false,
      ),
    ),
  ttlPasses,
  ttlPasses,
];

it('any sequence of commands has the same results as without a cache; after writes of others, when the TTL has passed', async () => {
  const property = fc.asyncProperty(fc.commands(commands, { maxCommands: 25 }), async (sequence) => {
    const older = olderUser('Old@Example.com');
    const table = await olderTable([older]);
    const plain = new UserService({ model: new UserModel(table) });
    let now = 0;
    const cached = cachedUserService(plain, { ttlMs, countTtlMs: ttlMs, now: () => now });
    const real: Real = {
      cached,
      plain,
      ids: [older.id.replace('USER#', '')],
      pass: (ms) => {
        now += ms;
      },
    };
    await fc.asyncModelRun(() => ({ model: { isForeign: false }, real }), sequence);
    real.pass(ttlMs + 1);
    for (const id of real.ids) expect(await cached.getUserById(id)).toEqual(await plain.getUserById(id));
  });
  await fc.assert(property, { numRuns: 5, endOnFailure: false });
});
