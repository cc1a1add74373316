import { ensureTable } from '@aws-starter-kit/dynamo';
import { followStream, tableCheckpoints } from '@aws-starter-kit/streams';
import { UserModel } from '@aws-starter-kit/users';
import { expect } from 'vitest';
import type { EnforcedEngine } from '../enforcement/enforced-engine.js';

/** A process that follows the stream, and keeps its checkpoints in the table. It is started twice, to continue after them. */
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
    await Promise.race([done, expect.poll(() => changes).toEqual(['created'])]);
    ended.abort();
    await done;
  }
}
