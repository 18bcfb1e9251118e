import { grants, permissions } from '@drawbridge/contracts';
import type { FastifyRequest } from 'fastify';
import { ProblemError } from '../problem/problem-error.js';
import { keyFromHeader } from './api-key.js';
import type { AccessDirectory, Refusal } from './access-directory.js';
import type { RouteAccess } from './permission.decorators.js';
import { type Principal, rememberPrincipal } from './principal.js';
import type { RateLimit } from './rate-limit.js';
import type { SameSite } from './same-site.js';

/** Another way to know the caller than an API key, e.g. the console's session cookie. */
export type Authenticator = (request: FastifyRequest) => Promise<Principal | undefined> | Principal | undefined;

const refusals: Readonly<Record<Refusal, { detail: string; fix: string }>> = {
  malformed: { detail: 'The API key is not of the form db_<id>_<secret>.', fix: 'Copy the whole key, as it was shown when it was made.' },
  unknown: { detail: 'The API key is not known.', fix: 'Check the key, or ask an admin for a new one.' },
  expired: { detail: 'The API key has expired.', fix: 'Ask an admin for a new key.' },
  revoked: { detail: 'The API key was revoked.', fix: 'Ask an admin for a new key.' },
};

function notLoggedIn(code: string, detail: string, fix: string): ProblemError {
  return new ProblemError({
    status: 401,
    code,
    detail,
    fix,
    headers: { 'www-authenticate': 'Bearer realm="drawbridge", Basic realm="drawbridge"' },
  });
}

/**
 * Decides about every request before its body is read. Deny by default: a route that declares nothing is refused, and
 * `checkRoute` makes that a failure of the start.
 */
export class AuthGuard {
  constructor(
    private readonly directory: AccessDirectory,
    private readonly sameSite: SameSite,
    private readonly rateLimit: RateLimit,
    private readonly authenticator?: Authenticator,
  ) {}

  async check(request: FastifyRequest): Promise<void> {
    const { method, headers } = request;
    this.sameSite.check(method, headers.host, headers.origin);
    // No route: the not-found answer tells nothing that needs protection.
    if (request.is404) return;
    const access = request.routeOptions.config as RouteAccess;
    if (access.public === true || access.forwarded === true) {
      if (access.unlimited !== true) this.limit(`address:${request.ip}`);
      return;
    }
    const principal = await this.authenticate(request);
    this.limit(`key:${principal.keyId}`);
    this.authorize(principal, access);
    rememberPrincipal(request, principal);
  }

  private async authenticate(request: FastifyRequest): Promise<Principal> {
    const header = request.headers.authorization;
    if (header === undefined) {
      const principal = await this.authenticator?.(request);
      if (principal !== undefined) return principal;
      throw notLoggedIn('DBR-AUTH-MISSING', 'This route needs an API key.', 'Send the header Authorization: Bearer db_<id>_<secret>.');
    }
    const key = keyFromHeader(header);
    if (key === undefined) {
      throw notLoggedIn(
        'DBR-AUTH-SCHEME',
        'The Authorization header is neither Bearer nor Basic.',
        'Send Authorization: Bearer <API key>.',
      );
    }
    const result = this.directory.authenticate(key);
    if (result.ok) return result.principal;
    // Guessing keys is limited by address, before and beside the limit of each key.
    this.limit(`refused:${request.ip}`);
    if (!this.directory.caughtUp && result.refusal === 'unknown') {
      throw new ProblemError({
        status: 503,
        code: 'DBR-ACCESS-LOADING',
        detail: 'The keys are still being loaded.',
        fix: 'Try again in a second.',
        headers: { 'retry-after': '1' },
      });
    }
    const { detail, fix } = refusals[result.refusal];
    throw notLoggedIn(`DBR-AUTH-${result.refusal.toUpperCase()}`, detail, fix);
  }

  private authorize(principal: Principal, access: RouteAccess): void {
    if (access.permission === undefined) {
      throw new ProblemError({ status: 403, code: 'DBR-ROUTE-CLOSED', detail: 'This route declares no permission and stays closed.' });
    }
    if (grants(principal.roles, access.permission)) return;
    const allowed = permissions[access.permission].join(', ');
    throw new ProblemError({
      status: 403,
      code: 'DBR-FORBIDDEN',
      detail: `${principal.name} lacks the permission ${access.permission}.`,
      why: `It is given by the roles ${allowed}; this key has ${principal.roles.join(', ') || 'none'}.`,
      fix: 'Use a key with one of these roles, or ask an admin.',
    });
  }

  private limit(caller: string): void {
    const result = this.rateLimit.take(caller, performance.now());
    if (result.ok) return;
    throw new ProblemError({
      status: 429,
      code: 'DBR-RATE-LIMIT',
      detail: 'Too many requests.',
      fix: `Try again in ${result.retryAfterSeconds} s.`,
      headers: { 'retry-after': String(result.retryAfterSeconds) },
    });
  }
}
