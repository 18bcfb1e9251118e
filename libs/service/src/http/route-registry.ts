import type { Permission } from '@drawbridge/contracts';
import type { FastifyInstance } from 'fastify';
import type { RouteAccess } from '../auth/permission.decorators.js';

/** One route of a running service and who may use it. */
export interface RouteInfo {
  readonly method: string;
  readonly path: string;
  readonly permission?: Permission;
  readonly public: boolean;
  /** The service behind this gateway decides. */
  readonly forwarded?: true;
}

/** A route that declares neither a permission nor that it is public or forwarded. The service refuses to start. */
export class UnguardedRoute extends Error {
  readonly code = 'DBR-ROUTE-UNGUARDED';

  constructor(method: string, path: string) {
    super(`${method} ${path} declares neither a permission nor that it is public`);
    this.name = 'UnguardedRoute';
  }
}

/** Sees every route that is registered on the Fastify instance, Nest's and raw ones. */
export class RouteRegistry {
  private readonly routes: RouteInfo[] = [];

  /** Must be called before the first route is registered. */
  observe(instance: FastifyInstance): void {
    instance.addHook('onRoute', (route) => {
      const access = (route.config ?? {}) as RouteAccess;
      const methods = typeof route.method === 'string' ? [route.method] : route.method;
      for (const method of methods) {
        // Fastify adds HEAD to every GET, with the same configuration.
        if (method === 'HEAD') continue;
        this.routes.push({
          method,
          path: route.url,
          ...(access.permission === undefined ? {} : { permission: access.permission }),
          public: access.public === true,
          ...(access.forwarded === true ? { forwarded: true } : {}),
        });
      }
    });
  }

  list(): readonly RouteInfo[] {
    return this.routes;
  }

  /** Throws on the first route that declares nothing. */
  check(): void {
    const open = this.routes.find((route) => route.permission === undefined && !route.public && route.forwarded !== true);
    if (open !== undefined) throw new UnguardedRoute(open.method, open.path);
  }
}
