import { randomUUID } from 'node:crypto';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { createDynamoClient, ensureTable } from '@aws-starter-kit/dynamo';
import { faultyHandler } from '@aws-starter-kit/dynamo-faults';
import { expect, inject, it } from 'vitest';
import '../../../test/provided-context.js';
import { followStream, tableCheckpoints } from '../src/index.js';
import { eventually } from './eventually.js';
import { NoteModel } from './models.js';

it('loses no change and keeps their order while requests are throttled, fail or get no answer', async () => {
  const local = {
    endpoint: inject('endpoint'),
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };
  const table = { tableName: `test-${randomUUID()}`, client: createDynamoClient(local) };
  await ensureTable({ ...table, stream: true });
  const notes = new NoteModel(table);
  const refs = ['a', 'b', 'c'];
  const updates = 30;

  const faults = faultyHandler({
    seed: 3,
    rules: [
      { fault: 'throttle', rate: 0.1 },
      { fault: 'server-error', rate: 0.05 },
      { fault: 'server-error-after-commit', rate: 0.05 },
      { fault: 'reset', rate: 0.05 },
      { fault: 'lost-reply', rate: 0.1 },
    ],
  });
  const faulty = createDynamoClient({ ...local, requestHandler: faults });
  const ended = new AbortController();
  const versions: Record<string, number[]> = { a: [], b: [], c: [] };
  const followed = followStream({
    models: { notes },
    tableName: table.tableName,
    client: faulty,
    streamsClient: new DynamoDBStreamsClient({ ...local, requestHandler: faults, maxAttempts: 1 }),
    checkpoints: tableCheckpoints({ name: 'faults', tableName: table.tableName, client: faulty }),
    onChange: ({ id, version }) => void versions[id]?.push(version),
    signal: ended.signal,
    pollMs: 5,
    concurrency: 2,
    logger: { info: () => {}, warn: () => {}, error: () => {} } as never,
  });
  await Promise.all(
    refs.map(async (ref) => {
      await notes.create({ ref });
      for (let i = 1; i < updates; i++) {
        await notes.update(ref, { text: `${i}` });
        // the follower keeps up, and so reads many pages
        if (i % 5 === 0) await eventually(() => versions[ref]?.at(-1)).toBe(i + 1);
      }
    }),
  );
  const all = Array.from({ length: updates }, (_, i) => i + 1);
  await eventually(() => versions).toEqual({ a: all, b: all, c: all });
  ended.abort();
  await followed;
  const injected = Object.values(faults.injected).reduce((sum, count) => sum + count, 0);
  expect(injected).toBeGreaterThan(5);
  expect(faults.counts.GetRecords).toBeGreaterThan(5);
});
