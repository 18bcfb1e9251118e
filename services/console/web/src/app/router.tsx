import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  retainSearchParams,
  stripSearchParams,
} from '@tanstack/react-router';
import { OverviewPage } from '../pages/overview.js';
import { NotFoundPage } from './not-found.js';
import { defaultProject, projectParam } from './project.js';
import { onLoggedOut } from './queries.js';
import { parseSearch, stringifySearch, textParams } from './search-params.js';
import { Shell } from './shell.js';

const root = createRootRoute({
  component: Shell,
  notFoundComponent: NotFoundPage,
  validateSearch: projectParam,
  // Every link stays in the project unless it names another one; `default` needs no word.
  search: { middlewares: [retainSearchParams(['project']), stripSearchParams({ project: defaultProject })] },
});
const under = () => root;

const overview = createRoute({ getParentRoute: under, path: '/', component: OverviewPage });
const login = createRoute({
  getParentRoute: under,
  path: '/login',
  validateSearch: textParams('token', 'next'),
  component: lazyRouteComponent(() => import('../pages/login.js'), 'LoginPage'),
});
const models = createRoute({
  getParentRoute: under,
  path: '/models',
  validateSearch: textParams('name', 'owner', 'risk', 'sort', 'page'),
  component: lazyRouteComponent(() => import('../pages/models.js'), 'ModelsPage'),
});
const model = createRoute({
  getParentRoute: under,
  path: '/models/$name',
  validateSearch: textParams('filter', 'page', 'metric'),
  component: lazyRouteComponent(() => import('../pages/model.js'), 'ModelPage'),
});
const version = createRoute({
  getParentRoute: under,
  path: '/models/$name/versions/$version',
  component: lazyRouteComponent(() => import('../pages/version.js'), 'VersionPage'),
});
const monitoring = createRoute({
  getParentRoute: under,
  path: '/models/$name/monitoring',
  validateSearch: textParams('monitor', 'window', 'feature', 'metric', 'view'),
  component: lazyRouteComponent(() => import('../pages/monitoring.js'), 'MonitoringPage'),
});
const approvals = createRoute({
  getParentRoute: under,
  path: '/approvals',
  validateSearch: textParams('list', 'model', 'page'),
  component: lazyRouteComponent(() => import('../pages/approvals.js'), 'ApprovalsPage'),
});
const deployments = createRoute({
  getParentRoute: under,
  path: '/deployments',
  validateSearch: textParams('endpoint', 'model', 'status', 'page'),
  component: lazyRouteComponent(() => import('../pages/deployments.js'), 'DeploymentsPage'),
});
const deployment = createRoute({
  getParentRoute: under,
  path: '/deployments/$id',
  component: lazyRouteComponent(() => import('../pages/deployment.js'), 'DeploymentPage'),
});
const incidents = createRoute({
  getParentRoute: under,
  path: '/incidents',
  validateSearch: textParams('status', 'severity', 'model', 'page'),
  component: lazyRouteComponent(() => import('../pages/incidents.js'), 'IncidentsPage'),
});
const incident = createRoute({
  getParentRoute: under,
  path: '/incidents/$id',
  validateSearch: textParams('feature'),
  component: lazyRouteComponent(() => import('../pages/incident.js'), 'IncidentPage'),
});
const events = createRoute({
  getParentRoute: under,
  path: '/events',
  validateSearch: textParams('topic', 'text', 'key', 'chain', 'page'),
  component: lazyRouteComponent(() => import('../pages/events.js'), 'EventsPage'),
});
const event = createRoute({
  getParentRoute: under,
  path: '/events/$id',
  component: lazyRouteComponent(() => import('../pages/event.js'), 'EventPage'),
});
const traces = createRoute({
  getParentRoute: under,
  path: '/traces',
  validateSearch: textParams('only', 'requests'),
  component: lazyRouteComponent(() => import('../pages/traces.js'), 'TracesPage'),
});
const trace = createRoute({
  getParentRoute: under,
  path: '/traces/$id',
  validateSearch: textParams('span', 'database'),
  component: lazyRouteComponent(() => import('../pages/trace.js'), 'TracePage'),
});
const audit = createRoute({
  getParentRoute: under,
  path: '/audit',
  validateSearch: textParams('actor', 'action', 'subject', 'outcome', 'page'),
  component: lazyRouteComponent(() => import('../pages/audit.js'), 'AuditPage'),
});
const policies = createRoute({
  getParentRoute: under,
  path: '/policies',
  component: lazyRouteComponent(() => import('../pages/policies.js'), 'PoliciesPage'),
});
const policy = createRoute({
  getParentRoute: under,
  path: '/policies/$name',
  validateSearch: textParams('version'),
  component: lazyRouteComponent(() => import('../pages/policy.js'), 'PolicyPage'),
});
const deadLetters = createRoute({
  getParentRoute: under,
  path: '/dead-letters',
  validateSearch: textParams('service', 'status', 'id', 'page'),
  component: lazyRouteComponent(() => import('../pages/dead-letters.js'), 'DeadLettersPage'),
});
const settings = createRoute({
  getParentRoute: under,
  path: '/settings',
  validateSearch: textParams('page'),
  component: lazyRouteComponent(() => import('../pages/settings.js'), 'SettingsPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    overview,
    login,
    models,
    model,
    version,
    monitoring,
    approvals,
    deployments,
    deployment,
    incidents,
    incident,
    events,
    event,
    traces,
    trace,
    audit,
    policies,
    policy,
    deadLetters,
    settings,
  ]),
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0,
});

onLoggedOut(() => {
  const { pathname, searchStr } = router.state.location;
  if (pathname !== '/login') void router.navigate({ to: '/login', search: { next: `${pathname}${searchStr}` } });
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
