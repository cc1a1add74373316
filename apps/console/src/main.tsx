import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ConnectionProvider } from './api/api-context.js';
import { createApi } from './api/client.js';
import { createQueryClient } from './api/query-client.js';
import { startSession } from './api/start-session.js';
import { ToastRegion } from './components/toast.js';
import { createConsoleRouter } from './router.js';
import { StartFailed } from './shell/start-failed.js';
import { applyTheme } from './shell/theme.js';

applyTheme();
const element = document.getElementById('root');
if (element) start(element);

/** Signs in, then renders the console. */
async function start(element: HTMLElement): Promise<void> {
  const root = createRoot(element);
  try {
    const session = await startSession();
    const api = createApi(session);
    const queryClient = createQueryClient();
    const router = createConsoleRouter({ api, queryClient });
    root.render(
      <StrictMode>
        <QueryClientProvider client={queryClient}>
          <ConnectionProvider value={{ api, session }}>
            <RouterProvider router={router} />
            <ToastRegion />
          </ConnectionProvider>
        </QueryClientProvider>
      </StrictMode>,
    );
  } catch (error) {
    root.render(<StartFailed error={error} />);
  }
}
