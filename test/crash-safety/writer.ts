import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '@aws-starter-kit/client';

/** What one writer was told of one user: the last answer that came, and writes since then whose outcome nobody knows. */
export interface Told {
  readonly id: string | undefined;
  email: string;
  name: string;
  version: number;
  isDeleted: boolean;
  /** States that may have come about since the last answer. */
  maybe: { email?: string; name?: string; isDeleted?: boolean }[];
}

export interface Writer {
  readonly told: Told[];
  readonly answered: () => number;
  readonly unknown: () => number;
  /** Answers that the contract does not allow here. */
  readonly wrong: string[];
  stop(): Promise<void>;
}

/** Refusals before anything happened, or doubt about it: all that may be said while engine or API are away. */
const isDown = (error: unknown) => {
  const { data } = error as { data?: { code?: string; reason?: string } };
  return data === undefined || ['SERVICE_UNAVAILABLE', 'TIMEOUT', 'TOO_MANY_REQUESTS'].includes(data.code ?? '');
};

/** Creates, renames, moves and deletes users of its own, one call after another, until it is stopped. */
export function startWriter(api: ApiClient, writer: number): Writer {
  const told: Told[] = [];
  const wrong: string[] = [];
  let isStopped = false;
  let answered = 0;
  let unknown = 0;
  let serial = 0;
  const email = () => `writer-${writer}-${++serial}@example.com`;

  const attempt = async <R>(what: string, call: () => Promise<R>): Promise<R | undefined> => {
    try {
      const result = await call();
      answered++;
      return result;
    } catch (error) {
      if (isDown(error)) unknown++;
      else wrong.push(`${what}: ${String(error)}`);
      await sleep(10); // what is away is not asked in a tight loop
      return undefined;
    }
  };

  const work = async () => {
    while (!isStopped) {
      const first = { email: email(), name: `Name ${serial}` };
      const user = await attempt('create', () => api.users.create.mutate(first));
      const one: Told = { id: user?.id, ...first, version: 1, isDeleted: false, maybe: user ? [] : [first] };
      told.push(one);
      if (!user) continue;
      for (let step = 0; step < 4 && !isStopped && !one.isDeleted; step++) {
        const change = step % 2 === 0 ? { name: `Name ${++serial}` } : { email: email() };
        const updated = await attempt('update', () => api.users.update.mutate({ id: user.id, data: change }));
        if (updated)
          Object.assign(one, { email: updated.email, name: updated.name, version: updated.version, maybe: [] });
        else one.maybe.push(change);
      }
      if (serial % 3 !== 0) continue;
      const deleted = await attempt('delete', () => api.users.delete.mutate({ id: user.id }));
      if (deleted) Object.assign(one, { isDeleted: true, maybe: [] });
      else one.maybe.push({ isDeleted: true });
    }
  };
  const done = work();
  return {
    told,
    wrong,
    answered: () => answered,
    unknown: () => unknown,
    async stop() {
      isStopped = true;
      await done;
    },
  };
}
