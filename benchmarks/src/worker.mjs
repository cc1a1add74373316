// One contestant in one process; model-bench.mjs tells it in turn to run a slice.

let db;
const users = []; // what was created while seeding, read and updated round robin
let next = 0;
let serial = 0;
const pick = () => users[next++ % users.length];
const fresh = () => ({ email: `user${++serial}@example.com`, name: `User ${serial}` });

function expect(what, isRight) {
  if (!isRight) throw new Error(`${what}: wrong answer`);
}

/** Operations that not every adapter has. */
const optional = ['increment', 'append', 'transact', 'filter'];

const operations = {
  getById: async () => expect('getById', (await db.getById(pick().id)).email),
  getByEmail: async () => expect('getByEmail', (await db.getByEmail(pick().email)).id),
  create: async () => expect('create', (await db.createUnique(fresh())).id),
  update: async () => expect('update', (await (db.updateNameSafe ?? db.updateName)(pick().id, `New ${++serial}`)).id),
  increment: async () => expect('increment', (await db.increment(pick().id)).id),
  append: async () => expect('append', (await db.append(pick().id, `line ${++serial}`)).id),
  transact: async () => expect('transact', (await db.transact(pick().id, `Order ${++serial}`)) !== false),
  filter: async () => expect('filter', (await db.filter('User', 10)).length),
  // 1,000 users and more: right after the seeding, before any other user is there
  createdAfter: async () => {
    const all = await db.createdAfter('2000-01-01T00:00:00.000Z');
    expect('createdAfter', all.length === users.length && all[0].email);
  },
};

/** Runs an operation over and over, `concurrency` at a time, for a time; at least once. */
async function slice({ operation, concurrency, ms }) {
  const one = operations[operation];
  let calls = 0;
  const before = process.cpuUsage();
  const began = performance.now();
  const lane = async () => {
    do {
      calls++;
      await one();
    } while (performance.now() - began < ms);
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
  const { user, system } = process.cpuUsage(before);
  return { calls, ms: performance.now() - began, cpuUs: user + system };
}

const commands = {
  async load({ adapter, endpoint, table }) {
    const { make } = await import(new URL(`../adapters/${adapter}.mjs`, import.meta.url));
    db = await make({ endpoint, table });
    return optional.filter((operation) => !db[operation]);
  },
  async seed({ count }) {
    const lane = async () => {
      while (users.length < count) {
        const at = users.push(undefined) - 1;
        users[at] = await db.createUnique(fresh());
      }
    };
    await Promise.all(Array.from({ length: Math.min(16, count) }, lane));
  },
  slice,
};

process.on('message', async ({ command, ...values }) => {
  try {
    process.send({ result: await commands[command](values) });
  } catch (error) {
    process.send({ error: `${command} ${values.operation ?? ''}: ${error.stack}` });
  }
});
process.on('disconnect', () => process.exit());
