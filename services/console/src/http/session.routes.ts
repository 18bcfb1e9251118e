import type { NewKeyView, Problem } from '@drawbridge/contracts';
import { invalid, ProblemError, unavailable } from '@drawbridge/service';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ConsoleConfig } from '../config.js';
import { endedSession, sessionCookie, sessionKey } from './session.js';

interface Login {
  readonly token?: string;
  readonly key?: string;
}

/** Log in by a one-time link or by a key, and out. The key of the session stays in a cookie that pages cannot read. */
export function sessionRoutes(instance: FastifyInstance, config: ConsoleConfig): void {
  const governance = config.peers.governance;
  // Behind a proxy the request itself comes without TLS: the public address knows better.
  const encrypted = (request: FastifyRequest): boolean => config.publicUrl?.startsWith('https:') === true || request.protocol === 'https';

  instance.post<{ Body: Login | null }>('/auth/login', { config: { public: true } }, async (request, reply) => {
    const { token, key } = request.body ?? {};
    if (typeof token !== 'string' && typeof key !== 'string')
      throw invalid([{ field: 'token', message: 'give the token of a login link, or key' }]);
    const response = await ask(`${governance}/api/v1/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(token === undefined ? { key } : { token }),
    });
    const answer = (await response.json()) as NewKeyView & Problem;
    if (!response.ok) {
      throw new ProblemError({
        status: response.status,
        code: answer.code,
        detail: answer.detail,
        fix: answer.fix ?? 'drawbridge login prints a new link',
      });
    }
    void reply.header('set-cookie', sessionCookie(answer.key, encrypted(request), answer.expiresAt));
    return { principal: answer.principal, roles: answer.roles, expiresAt: answer.expiresAt };
  });

  instance.post('/auth/logout', { config: { public: true } }, async (request, reply) => {
    const key = sessionKey(request);
    if (key !== undefined) {
      await ask(`${governance}/api/v1/sessions/current`, { method: 'DELETE', headers: { authorization: `Bearer ${key}` } });
    }
    void reply.header('set-cookie', endedSession(encrypted(request))).code(204);
    return reply.send();
  });
}

/** Governance keeps the sessions; without it nobody comes in, and whoever is in stays in. */
async function ask(url: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...request, signal: AbortSignal.timeout(10_000) });
  } catch {
    throw unavailable('DBR-PEER-UNAVAILABLE', 'Governance, which keeps the sessions, does not answer.');
  }
}
