import { createApiClient, retriedByClient } from '@aws-starter-kit/client';
import { live } from '@aws-starter-kit/client/live';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { TRPCProvider } from './trpc.js';
import { Users } from './users.js';

const queryClient = new QueryClient({ defaultOptions: retriedByClient });
// Where a login gives the page a token of its own: `token: () => session.accessToken`.
const trpcClient = createApiClient({ url: window.location.origin, live });

const root = document.getElementById('root');
if (root)
  createRoot(root).render(
    <QueryClientProvider client={queryClient}>
      <TRPCProvider trpcClient={trpcClient} queryClient={queryClient}>
        <Users />
      </TRPCProvider>
    </QueryClientProvider>,
  );
