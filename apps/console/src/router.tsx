import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import type { Api } from './api/client.js';
import { basePath } from './api/console-url.js';
import { descriptionOptions } from './api/description.js';
import { Loading } from './components/loading.js';
import { validateListSearch, validatePageSearch, validateScope } from './search/search-params.js';
import { parseSearch, stringifySearch } from './search/search-text.js';
import { Layout } from './shell/layout.js';
import { NotFound } from './shell/not-found.js';
import { RouteError } from './shell/route-error.js';

interface RouterContext {
  readonly api: Api;
  readonly queryClient: QueryClient;
}

const root = createRootRouteWithContext<RouterContext>()({
  loader: ({ context: { api, queryClient } }) => queryClient.ensureQueryData(descriptionOptions(api)),
  component: Layout,
});
const under = { getParentRoute: () => root };

const routeTree = root.addChildren([
  createRoute({
    ...under,
    path: '/',
    validateSearch: validateScope,
    component: lazyRouteComponent(() => import('./routes/overview.js'), 'OverviewRoute'),
  }),
  createRoute({
    ...under,
    path: '/e/$entity',
    validateSearch: validateListSearch,
    component: lazyRouteComponent(() => import('./routes/list.js'), 'ListRoute'),
  }),
  createRoute({
    ...under,
    path: '/e/$entity/new',
    validateSearch: validateScope,
    component: lazyRouteComponent(() => import('./routes/new.js'), 'NewRoute'),
  }),
  createRoute({
    ...under,
    path: '/e/$entity/import',
    validateSearch: validateScope,
    component: lazyRouteComponent(() => import('./routes/import.js'), 'ImportRoute'),
  }),
  createRoute({
    ...under,
    path: '/e/$entity/$id',
    validateSearch: validatePageSearch,
    component: lazyRouteComponent(() => import('./routes/entity.js'), 'EntityRoute'),
  }),
  createRoute({
    ...under,
    path: '/e/$entity/$id/edit',
    validateSearch: validateScope,
    component: lazyRouteComponent(() => import('./routes/edit.js'), 'EditRoute'),
  }),
  createRoute({
    ...under,
    path: '/live',
    validateSearch: validateScope,
    component: lazyRouteComponent(() => import('./routes/live.js'), 'LiveRoute'),
  }),
  createRoute({
    ...under,
    path: '/metrics',
    component: lazyRouteComponent(() => import('./routes/metrics.js'), 'MetricsRoute'),
  }),
  createRoute({
    ...under,
    path: '/table',
    component: lazyRouteComponent(() => import('./routes/table.js'), 'TableRoute'),
  }),
  createRoute({
    ...under,
    path: '/doctor',
    component: lazyRouteComponent(() => import('./routes/doctor.js'), 'DoctorRoute'),
  }),
]);

/** Creates the router: every view has a URL, and is loaded when it is first shown. */
export const createConsoleRouter = (context: RouterContext) =>
  createRouter({
    routeTree,
    context,
    basepath: basePath,
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0, // React Query decides what is stale
    defaultPendingComponent: Loading,
    defaultNotFoundComponent: NotFound,
    defaultErrorComponent: RouteError,
    scrollRestoration: true,
  });

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}
