import { useQueryClient } from '@tanstack/react-query';
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router';
import { ErrorNote } from '../components/error-note.js';

/** In place of a view that has failed. */
export function RouteError({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const queryClient = useQueryClient();
  const retry = async () => {
    await queryClient.resetQueries({ queryKey: ['description'], predicate: ({ state }) => state.status === 'error' });
    reset();
    await router.invalidate();
  };
  return (
    <div className="main">
      <ErrorNote error={error} retry={retry} />
    </div>
  );
}
