import { randomUUID } from 'node:crypto';
import type { AppRouter } from '@aws-starter-kit/client';
import { createTRPCClient, httpLink, type TRPCClient } from '@trpc/client';

/** Share of each call in the mix, in percent. */
const mix = {
  'users.getById': 50,
  'users.getByEmail': 10,
  'users.list': 10,
  'users.update': 15,
  'users.create': 10,
  'users.delete': 5,
} as const;

/** The name of a call in the mix. */
export type CallName = keyof typeof mix;

/** Users that exist before the load begins, so that reads find something. */
const initialUsers = 20;
const deletedAtOnce = 100;

export interface WorkloadOptions {
  readonly url: string;
  readonly token: string;
  /** Marks the users of this run, in their emails. */
  readonly runId: string;
}

/** The calls of a load test, on users that it creates and deletes itself. */
export interface Workload {
  /** Creates the first users. */
  prepare(): Promise<void>;
  /** Returns the next call. */
  next(): { readonly name: CallName; run(signal: AbortSignal): Promise<unknown> };
  /** Deletes the users that are left, and returns the ids of those that could not be deleted. */
  cleanUp(): Promise<string[]>;
}

/** Creates a workload. Each call is an HTTP request of its own, as if from a caller of its own. */
export function createWorkload({ url, token, runId }: WorkloadOptions): Workload {
  // as the client sends it, so that the units are those of real calls
  const headers = ({ op }: { op: { type: string } }) => ({
    authorization: `Bearer ${token}`,
    ...(op.type === 'mutation' && { 'idempotency-key': `"${randomUUID()}"` }),
  });
  const { users }: TRPCClient<AppRouter> = createTRPCClient<AppRouter>({
    links: [httpLink({ url: `${url}/trpc`, headers })],
  });
  // users that are read and changed, and others that are deleted: a read of a user that is just being deleted would fail
  const lasting: { id: string; email: string }[] = [];
  const passing: string[] = [];
  let serial = 0;
  const create = (signal?: AbortSignal) => {
    serial++;
    return users.create.mutate({ email: emailOf(runId, serial), name: `Load test ${serial}` }, signal && { signal });
  };
  const anyone = () => lasting[Math.floor(Math.random() * lasting.length)] ?? { id: '', email: '' };

  const calls: Record<CallName, (signal: AbortSignal) => Promise<unknown>> = {
    'users.getById': (signal) => users.getById.query({ id: anyone().id }, { signal }),
    'users.getByEmail': (signal) => users.getByEmail.query({ email: anyone().email }, { signal }),
    'users.list': (signal) => users.list.query({ limit: 20 }, { signal }),
    'users.update': (signal) =>
      users.update.mutate({ id: anyone().id, data: { name: `Load test ${++serial}` } }, { signal }),
    'users.create': async (signal) => passing.push((await create(signal)).id),
    'users.delete': async (signal) => {
      const id = passing.pop() ?? '';
      await users.delete.mutate({ id }, { signal }).catch((error) => {
        passing.push(id); // for the end of the run
        throw error;
      });
    },
  };
  return {
    async prepare() {
      for (let n = 0; n < initialUsers; n++) lasting.push(await create());
    },
    next() {
      const picked = pick();
      const name = picked === 'users.delete' && passing.length === 0 ? 'users.create' : picked;
      return { name, run: calls[name] };
    },
    async cleanUp() {
      const left: string[] = [];
      const ids = [...lasting.map(({ id }) => id), ...passing];
      for (let from = 0; from < ids.length; from += deletedAtOnce) {
        const some = ids.slice(from, from + deletedAtOnce);
        const failed = await users.batchDelete.mutate({ ids: some }).then(
          (result) => result.failed.map(({ id }) => id),
          () => some,
        );
        left.push(...failed);
      }
      return left;
    },
  };
}

const emailOf = (runId: string, serial: number) => `load-${runId}-${serial}@example.com`;

function pick(): CallName {
  let at = Math.random() * 100;
  for (const [name, share] of Object.entries(mix)) {
    at -= share;
    if (at < 0) return name as CallName;
  }
  return 'users.getById';
}
