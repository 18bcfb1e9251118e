import { RouteConfig } from '@nestjs/platform-fastify';
import type { Permission } from '@drawbridge/contracts';

/** What a route declares about access, in Fastify's route configuration. Raw routes set the same fields. */
export interface RouteAccess {
  readonly permission?: Permission;
  readonly public?: true;
  /** A gateway's route: the service behind it decides, with the caller's own credentials. */
  readonly forwarded?: true;
  /** Not counted against the rate limit (health checks, scrapes). */
  readonly unlimited?: true;
}

const declared = Symbol('drawbridge.access');

function declare(target: object, access: RouteAccess, onlyIfAbsent: boolean): void {
  if (onlyIfAbsent && Reflect.hasOwnMetadata(declared, target)) return;
  Reflect.defineMetadata(declared, true, target);
  RouteConfig(access)(target as () => unknown);
}

function accessDecorator(access: RouteAccess): MethodDecorator & ClassDecorator {
  return (target: object, _key?: string | symbol, descriptor?: PropertyDescriptor) => {
    if (descriptor !== undefined) {
      declare(descriptor.value as object, access, false);
      return;
    }
    // On a class: every method that does not say otherwise. Method decorators have run by now.
    const { prototype } = target as { prototype: object };
    for (const name of Object.getOwnPropertyNames(prototype)) {
      const method: unknown = Object.getOwnPropertyDescriptor(prototype, name)?.value;
      if (name !== 'constructor' && typeof method === 'function') declare(method, access, true);
    }
  };
}

/** The permission a caller needs. Every route declares this or `@Public()`, or the service refuses to start. */
export function RequirePermission(permission: Permission): MethodDecorator & ClassDecorator {
  return accessDecorator({ permission });
}

/** Open to everybody who can reach the port. */
export function Public(options: { unlimited?: boolean } = {}): MethodDecorator & ClassDecorator {
  return accessDecorator({ public: true, ...(options.unlimited === true ? { unlimited: true } : {}) });
}
