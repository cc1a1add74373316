import { UserModel, UserService } from '@aws-starter-kit/users';
import { countingLogger } from './counting-logger.mjs';
import { spread } from './statistics.mjs';

let serial = 0;

/** What a single call costs in a table of so many users: its time, one at a time, and what is counted. */
export async function measureCalls({ client, tableName, service }, calls) {
  // users of its own, so that those that fill the table stay as they are
  const email = () => `call-${serial++}@example.com`;
  const { success } = await service.createUsers(
    Array.from({ length: calls }, () => ({ email: email(), name: 'Called' })),
  );
  const pick = () => success[serial++ % success.length];
  const made = [];
  const operations = {
    getById: (users) => users.getUserById(pick().id),
    getByEmail: (users) => users.getUserByEmail(pick().email),
    update: (users) => users.updateUser(pick().id, { name: `Name ${serial}` }),
    create: async (users) => made.push(await users.createUser({ email: email(), name: 'Called' })),
    delete: (users) => users.deleteUser(made.pop().id),
    'list, 20': (users) => users.listUsers({ limit: 20 }),
  };
  const logger = countingLogger();
  const counted = new UserService({ model: new UserModel({ client, tableName, logger }) });
  const rows = [];
  for (const [name, run] of Object.entries(operations)) {
    await run(counted);
    const { requests, capacityUnits } = logger.take();
    const times = [];
    if (name === 'delete') for (let i = 0; i < calls; i++) await operations.create(service);
    for (let i = 0; i < calls; i++) {
      const began = performance.now();
      await run(service);
      times.push(performance.now() - began);
    }
    rows.push({ name, requests, units: capacityUnits, ms: spread(times) });
  }
  await service.batchDeleteUsers([...success, ...made].map(({ id }) => id));
  return rows;
}
