import { randomUUID } from 'node:crypto';
import { type AppRouter, createApiClient, isApiError } from '@aws-starter-kit/client';
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
  /**
   * Deletes the remaining users. Returns those that it could not delete, by id, or by email if a create got no answer.
   */
  cleanUp(): Promise<string[]>;
}

/** Creates a workload. Each call is a separate HTTP request, as from separate callers. */
export function createWorkload({ url, token, runId }: WorkloadOptions): Workload {
  // like the client, so that calls consume the units of real calls
  const headers = ({ op }: { op: { type: string } }) => ({
    authorization: `Bearer ${token}`,
    ...(op.type === 'mutation' && { 'idempotency-key': `"${randomUUID()}"` }),
  });
  const { users }: TRPCClient<AppRouter> = createTRPCClient<AppRouter>({
    links: [httpLink({ url: `${url}/trpc`, headers })],
  });
  // Some users are read and changed, and others are deleted, since a read during the deletion would fail.
  const lasting: { id: string; email: string }[] = [];
  const passing: string[] = [];
  /** Emails of creates that did not succeed. Their users may still exist. */
  const unanswered = new Set<string>();
  let serial = 0;
  const create = async (signal?: AbortSignal) => {
    serial++;
    const email = emailOf(runId, serial);
    unanswered.add(email);
    const user = await users.create.mutate({ email, name: `Load test ${serial}` }, signal && { signal });
    unanswered.delete(email);
    return user;
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
      const { users: patient } = createApiClient({ url, token }); // it retries calls that are rejected right after the load
      const left: string[] = [];
      const unlessMissing = (name: string) => (error: unknown) => {
        if (!isApiError(error, 'NOT_FOUND')) left.push(name);
      };
      for (const email of unanswered)
        await patient.getByEmail.query({ email }).then(({ id }) => passing.push(id), unlessMissing(email));
      // one by one: `batchDelete` needs users:admin
      for (const id of [...lasting.map((user) => user.id), ...passing])
        await patient.delete.mutate({ id }).catch(unlessMissing(id));
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
