import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { ensureTable } from '@aws-starter-kit/dynamo';
import { followStream, tableCheckpoints } from '@aws-starter-kit/streams';
import { UserModel } from '@aws-starter-kit/users';
import { expect, vi } from 'vitest';
import { handleChanges } from '../../../../apps/worker/src/handle-changes.js';
import type { EnforcedEngine } from '../enforcement/enforced-engine.js';

/** A process that follows the stream, with checkpoints in the table. It starts twice, to resume from a checkpoint. */
export async function followTable(engine: EnforcedEngine, tableName: string): Promise<void> {
  const admin = engine.client();
  await ensureTable({ client: admin, tableName, stream: true });
  const writer = new UserModel({ client: admin, tableName });
  const client = engine.client('follower');
  const models = { users: new UserModel({ client, tableName }) };
  for (const email of ['ada@example.com', 'grace@example.com']) {
    const ended = new AbortController();
    const changes: string[] = [];
    const done = engine.step('followStream', () =>
      followStream({
        ...{ models, client, tableName, pollMs: 20, signal: ended.signal },
        checkpoints: tableCheckpoints({ client, tableName, name: 'projection' }),
        onChange: ({ type }) => void changes.push(type),
      }),
    );
    done.catch(() => {}); // awaited below
    await writer.create({ email, name: 'Ada' });
    await Promise.race([
      done,
      vi.waitFor(() => expect(changes).toEqual(['created']), { timeout: 60_000, interval: 20 }),
    ]);
    ended.abort();
    await done;
  }
}

/** The function of the worker, with an event as AWS Lambda reads it from the stream. */
export async function handleEvent(engine: EnforcedEngine, tableName: string): Promise<void> {
  const admin = engine.client();
  await ensureTable({ client: admin, tableName, stream: true });
  const { id } = await new UserModel({ client: admin, tableName }).create({ email: 'ada@example.com', name: 'Ada' });
  const Keys = { id: { S: `USER#${id}` } };
  const { Item: NewImage } = await admin.send(new GetItemCommand({ TableName: tableName, Key: Keys }));
  for (const [name, value] of Object.entries({ ...engine.env('worker'), DYNAMODB_TABLE: tableName }))
    vi.stubEnv(name, value);
  const handle = handleChanges({ webhook: undefined, logLevel: 'ERROR', serviceName: 'worker' });
  const change = { Keys, NewImage, SequenceNumber: '1', ApproximateCreationDateTime: 1 };
  const event = { Records: [{ eventID: '1', eventName: 'INSERT', dynamodb: change }] };
  const answer = await engine.step('handler', () => handle(event as never));
  vi.unstubAllEnvs();
  expect(answer).toEqual({ batchItemFailures: [] });
}
