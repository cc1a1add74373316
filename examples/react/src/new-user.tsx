import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTRPC } from './trpc.js';

/** Makes a user, and has everything that the page knows of users read again. */
export function NewUser() {
  const { users } = useTRPC();
  const queryClient = useQueryClient();
  const create = useMutation(
    users.create.mutationOptions({
      // on AWS an index lags behind for a moment: who wants to be sure adds the new user to the cache instead
      onSuccess: () => queryClient.invalidateQueries(users.pathFilter()),
    }),
  );
  // typed as the API sends it: a reason, or what is wrong with which field
  const refusal = create.error?.data;
  const wrong = refusal?.reason === 'EMAIL_TAKEN' ? 'This address is taken' : refusal?.fieldErrors?.email?.[0];
  return (
    <form action={(form) => create.mutate({ email: String(form.get('email')), name: String(form.get('name')) })}>
      <input name="name" aria-label="Name" />
      <input name="email" aria-label="Address" />
      <button type="submit" disabled={create.isPending}>
        Add
      </button>
      {create.error && <p role="alert">{wrong ?? create.error.message}</p>}
    </form>
  );
}
