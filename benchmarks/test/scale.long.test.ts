import { createDynamoClient, ensureTable } from '@aws-starter-kit/dynamo';
import { startLocalDynamo } from '@aws-starter-kit/local-dynamo';
import { UserModel, UserService } from '@aws-starter-kit/users';
import { describe, expect, it, onTestFinished } from 'vitest';
import { countBatches } from '../src/scale-batches.mjs';
import { rawBatches, userItems } from '../src/scale-data.mjs';
import { measurePaging } from '../src/scale-paging.mjs';
import { scanOnce, withFarawayTable } from '../src/scale-scan.mjs';

async function tableOf(users: number) {
  const engine = await startLocalDynamo({ engine: 'dynoxide' });
  onTestFinished(() => engine.stop());
  const tableName = 'scale';
  const client = createDynamoClient({ endpoint: engine.endpoint });
  await ensureTable({ client, tableName });
  const items = userItems(0, users).flatMap(({ user, claim }) => [user, claim]);
  await rawBatches(client, tableName).put(items);
  return { client, tableName, service: new UserService({ model: new UserModel({ client, tableName }) }) };
}

describe('a table of many users', () => {
  it('gives its last page for the requests and units of the first', async () => {
    const users = 3000;
    const { pages, first, last } = await measurePaging(await tableOf(users), { users, rounds: 0 });
    expect(pages).toBe(30);
    expect([last.requests, last.units]).toEqual([first.requests, first.units]);
    expect(first.requests).toBe(1);
  });

  it('takes the same requests and units for a batch as an empty one', async () => {
    const none = await countBatches(await tableOf(0), 100);
    const many = await countBatches(await tableOf(1000), 100);
    expect(many.delete).toEqual(none.delete);
    expect(many.create.capacityUnits).toBe(none.create.capacityUnits);
  });

  it('is scanned in memory that does not grow with it', async () => {
    const users = 300_000; // as objects they take several times the memory that the scan may have
    const scan = await withFarawayTable({ latencyMs: 1, users }, (table) =>
      scanOnce({ ...table, segments: 4, heapMb: 48 }),
    );
    expect(scan.count).toBe(users);
  });
});
