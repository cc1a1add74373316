import { useQueryClient } from '@tanstack/react-query';
import { useSubscription } from '@trpc/tanstack-react-query';
import { useTRPC } from './trpc.js';

/** Refetches the users on the page when one of them changes, and when changes may have been missed. */
export function useLiveUsers(): void {
  const { users } = useTRPC();
  const queryClient = useQueryClient();
  const refetch = () => queryClient.invalidateQueries(users.pathFilter());
  useSubscription(users.changes.subscriptionOptions(undefined, { onData: refetch }));
}
