import { AccessDirectory, keyIdOf, type Principal } from '@drawbridge/service';
import type { FastifyRequest } from 'fastify';

export const SESSION_COOKIE = 'drawbridge_session';

/** The session's key in the cookie, which only this server can read. */
export function sessionKey(request: FastifyRequest): string | undefined {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [name, value] = part.trim().split('=');
    if (name === SESSION_COOKIE && value !== undefined && value !== '') return decoded(value);
  }
  return undefined;
}

/** A cookie that we never set is no key: it must not fail the request, nor become part of one that goes on to another service. */
function decoded(value: string): string | undefined {
  try {
    const key = decodeURIComponent(value);
    return keyIdOf(key) === undefined ? undefined : key;
  } catch {
    return undefined;
  }
}

/** Set-Cookie: not readable by pages, never sent from other sites, for the browser session unless it says when it ends. */
export function sessionCookie(key: string, secure: boolean, expiresAt?: string): string {
  const parts = [`${SESSION_COOKIE}=${encodeURIComponent(key)}`, 'Path=/', 'HttpOnly', 'SameSite=Strict'];
  if (secure) parts.push('Secure');
  if (expiresAt !== undefined) parts.push(`Expires=${new Date(expiresAt).toUTCString()}`);
  return parts.join('; ');
}

/** Set-Cookie that removes it. */
export function endedSession(secure: boolean): string {
  return `${SESSION_COOKIE}=; Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}; Max-Age=0`;
}

/** Knows the caller by the session cookie where no API key was sent. */
export function bySession(access: AccessDirectory): (request: FastifyRequest) => Principal | undefined {
  return (request) => {
    const key = sessionKey(request);
    if (key === undefined) return undefined;
    const result = access.authenticate(key);
    return result.ok ? result.principal : undefined;
  };
}
