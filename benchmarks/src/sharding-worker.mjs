import { createDynamoClient } from '@aws-starter-kit/dynamo';
import { UserService } from '@aws-starter-kit/users';
import { ShardedUserModel } from './sharded-users.mjs';

process.env.LOG_LEVEL = 'ERROR';
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

/**
 * A process that calls createUser at a rate, whether or not the calls before have ended, and tells what became of them.
 */
process.on('message', async ({ shards, tableName, endpoint, perSecond, seconds, worker }) => {
  const client = createDynamoClient({ endpoint });
  const service = new UserService({ model: new ShardedUserModel({ client, tableName }, shards) });
  const outcome = { requested: 0, stored: [], unknown: 0, late: 0, throttled: 0 };
  await service.getUserById('warm-up', { deadlineMs: 60_000 });
  const calls = [];
  const began = performance.now();
  const signUp = async (n) => {
    const at = performance.now();
    try {
      const { id } = await service.createUser({ email: `user-${worker}-${n}@example.com`, name: `User ${n}` });
      outcome.stored.push([id, performance.now() - at]);
    } catch (error) {
      if (error.name === 'ThrottledError') outcome.throttled++;
      else if (error.name === 'WriteOutcomeUnknownError') outcome.unknown++;
      else if (['DeadlineExceededError', 'DatabaseUnavailableError'].includes(error.name)) outcome.late++;
      else throw error;
    }
  };
  for (;;) {
    const elapsed = performance.now() - began;
    if (elapsed >= seconds * 1000) break;
    for (const due = (elapsed / 1000) * perSecond; outcome.requested < due; ) calls.push(signUp(outcome.requested++));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await Promise.all(calls);
  process.send(outcome);
});
process.on('disconnect', () => process.exit());
