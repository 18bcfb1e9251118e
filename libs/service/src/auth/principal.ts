import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Actor, ServiceName } from '@drawbridge/contracts';
import type { FastifyRequest } from 'fastify';

/** Who sends a request. */
export interface Principal {
  readonly kind: 'person' | 'machine';
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly keyId: string;
  readonly expiresAt?: string;
}

const principals = new WeakMap<FastifyRequest, Principal>();

export function rememberPrincipal(request: FastifyRequest, principal: Principal): void {
  principals.set(request, principal);
}

/** The authenticated caller; undefined on a public route. */
export function principalOf(request: FastifyRequest): Principal | undefined {
  return principals.get(request);
}

/** Injects the caller into a controller method. Only for routes that require a permission. */
export const CurrentPrincipal = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const principal = principalOf(context.switchToHttp().getRequest<FastifyRequest>());
  if (principal === undefined) throw new Error('a public route asked for the caller');
  return principal;
});

/** The caller as an event names him. */
export function actorOf(principal: Principal): Actor {
  return { type: principal.kind, id: principal.id, name: principal.name };
}

/** Drawbridge itself, for actions nobody asked for. */
export function systemActor(service: ServiceName): Actor {
  return { type: 'system', id: service };
}
