import { useQuery } from '@tanstack/react-query';
import { useApi } from '../api/api-context.js';
import type { ConsoleMetrics } from '../api/description.js';

const refreshMs = 10_000;

/** The metrics of the last hour, read again every ten seconds while the page is visible. */
export function useMetrics() {
  const api = useApi();
  return useQuery({
    queryKey: ['metrics'],
    queryFn: async ({ signal }) => (await api.resource('metrics', { signal })) as ConsoleMetrics,
    refetchInterval: refreshMs, // React Query pauses it in a hidden tab
    staleTime: refreshMs / 2,
  });
}
