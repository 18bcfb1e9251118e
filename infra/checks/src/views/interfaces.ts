import { permissions, resourceOwners, roles } from '@drawbridge/contracts';
import type { RouteInfo, ServiceDescription } from '@drawbridge/service';
import { generatedNote, jsonView, pageView, table, type View } from './view.js';

/** OpenAPI of every service. */
export function openApiViews(services: readonly ServiceDescription[]): View[] {
  return services.map(({ service, openapi }) => jsonView(`docs/contract/openapi/${service}.json`, openapi));
}

/** The same in every service, and described on the page of the contract. Pages and their files are no interface. */
const common = new Set([
  '/health/live',
  '/health/ready',
  '/metrics',
  '/schemas/:topic/1.json',
  '/asyncapi.json',
  '/api/v1/openapi.json',
  '/api/v1/routes',
  '/assets/*',
  '/*',
]);

/** Routes that answer, but that no OpenAPI document tells of. */
export function undocumented(services: readonly ServiceDescription[]): string[] {
  return services.flatMap(({ service, openapi, routes }) => {
    const { paths } = openapi as { readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>> };
    return routes
      .filter(({ method, path, forwarded: elsewhere }) => {
        const operations = paths[path.replaceAll(/:(\w+)/g, '{$1}')] ?? {};
        return elsewhere !== true && !common.has(path) && !Object.hasOwn(operations, method.toLowerCase());
      })
      .map(({ method, path }) => `${service} answers ${method} ${path}, but its OpenAPI document does not tell of it`);
  });
}

/** Who may do what, from the routes that the services really register. */
export function permissionsView(services: readonly ServiceDescription[]): View {
  const lines = [
    '# Permissions',
    '',
    generatedNote,
    '',
    'Every route names one permission, or says that it is public; a service that finds a route without either refuses to start. ' +
      'A key holds roles, a role grants permissions, and whatever is not granted is denied. The console forwards requests for the ' +
      'resources of other services with the caller’s own key, and the owner decides.',
    '',
    '## Roles',
    '',
    ...table(
      ['permission', ...roles],
      Object.entries(permissions).map(([permission, holders]) => [
        `\`${permission}\``,
        ...roles.map((role) => ((holders as readonly string[]).includes(role) ? 'yes' : '')),
      ]),
    ),
  ];
  for (const { service, routes } of services) {
    lines.push('', `## ${service}`, '', ...table(['method', 'route', 'permission'], routes.filter(isOwn).toSorted(byPath).map(row)));
  }
  return pageView('docs/permissions.md', [...lines, '', ...forwarded()]);
}

const isOwn = (route: RouteInfo): boolean => route.forwarded !== true;

function byPath(a: RouteInfo, b: RouteInfo): number {
  return a.path === b.path ? a.method.localeCompare(b.method) : a.path.localeCompare(b.path);
}

function row({ method, path, permission }: RouteInfo): string[] {
  return [method, `\`${path}\``, permission === undefined ? 'public' : `\`${permission}\``];
}

function forwarded(): string[] {
  const others = Object.entries(resourceOwners).filter(([, owner]) => owner !== 'console');
  return [
    '### What the console forwards',
    '',
    ...table(
      ['resource', 'owner'],
      others.map(([resource, owner]) => [`\`/api/v1/${resource}\``, owner]),
    ),
  ];
}
