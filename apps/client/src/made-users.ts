import type { AppRouter, RouterInputs, RouterOutputs } from '@aws-starter-kit/api';
import type { TRPCLink } from '@trpc/client';
import { observable, tap } from '@trpc/server/observable';
import { isApiError } from './api-error.js';
import type { ApiClient } from './create-api-client.js';
import { DemoFailure } from './demo-failure.js';

export interface MadeUsers {
  /** Takes down each user that a call makes. */
  link: TRPCLink<AppRouter>;
  /** Deletes them all, those whose creation got no answer too; returns how many there were. */
  deleteAll(api: ApiClient): Promise<number>;
}

/** Knows every user made through a client, so that nothing is left behind, wherever a run stops. */
export function trackMadeUsers(): MadeUsers {
  const ids = new Set<string>();
  const unanswered = new Set<string>();
  return {
    link:
      () =>
      ({ op, next }) => {
        if (op.path !== 'users.create') return next(op);
        const { email } = op.input as RouterInputs['users']['create'];
        return observable((observer) => {
          unanswered.add(email);
          return next(op)
            .pipe(
              tap({
                next({ result }) {
                  unanswered.delete(email);
                  if ('data' in result) ids.add((result.data as RouterOutputs['users']['create']).id);
                },
                error(error) {
                  if (wasRefused(error)) unanswered.delete(email);
                },
              }),
            )
            .subscribe(observer);
        });
      },

    async deleteAll(api) {
      for (const id of await Promise.all([...unanswered].map((email) => findId(api, email)))) {
        if (id !== null) ids.add(id);
      }
      if (ids.size === 0) return 0;
      const { failed } = await api.users.batchDelete.mutate({ ids: [...ids] });
      if (failed.length > 0) throw new DemoFailure(`${failed.length} of ${ids.size} users could not be deleted`);
      return ids.size;
    },
  };
}

/** Below 500 the API has looked at the call and declined; above, it may have been carried out. */
function wasRefused(error: unknown): boolean {
  return isApiError(error) && !!error.data && error.data.httpStatus < 500;
}

async function findId(api: ApiClient, email: string): Promise<string | null> {
  try {
    return (await api.users.getByEmail.query({ email })).id;
  } catch (error) {
    if (isApiError(error) && error.data?.code === 'NOT_FOUND') return null;
    throw error;
  }
}
