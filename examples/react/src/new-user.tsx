import { isApiError } from '@aws-starter-kit/client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTRPC } from './trpc.js';

/** Creates a user, then refetches all queries about users. */
export function NewUser() {
  const { users } = useTRPC();
  const queryClient = useQueryClient();
  const create = useMutation(
    users.create.mutationOptions({
      // on AWS an index lags behind for a moment; to be sure, add the new user to the cache instead
      onSuccess: () => queryClient.invalidateQueries(users.pathFilter()),
    }),
  );
  const { error } = create;
  const problem = isApiError(error, 'EMAIL_TAKEN') ? 'This email is taken' : error?.data?.fieldErrors?.email?.[0];
  return (
    <form action={(form) => create.mutate({ email: String(form.get('email')), name: String(form.get('name')) })}>
      <input name="name" aria-label="Name" />
      <input name="email" aria-label="Address" />
      <button type="submit" disabled={create.isPending}>
        Add
      </button>
      {error && <p role="alert">{problem ?? error.message}</p>}
    </form>
  );
}
