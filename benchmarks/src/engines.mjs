import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startLocalDynamo } from '@aws-starter-kit/local-dynamo';

async function startStub() {
  const child = fork(fileURLToPath(new URL('stub.mjs', import.meta.url)), [], { execArgv: [] });
  const [{ endpoint }] = await once(child, 'message');
  return { endpoint, stop: async () => child.disconnect() };
}

/**
 * What answers: `stub` at once, the others as DynamoDB does. dynoxide gives the attributes of each item in another order, which makes each a
 * shape of its own to the JavaScript engine; DynamoDB Local gives them in one order.
 */
export const engines = {
  stub: startStub,
  dynoxide: () => startLocalDynamo({ engine: 'dynoxide' }),
  dynamodbLocal: () => startLocalDynamo({ engine: 'dynamodb-local' }),
};
