import type { ServiceConfig } from '../config.js';
import { ProblemError } from '../problem/problem-error.js';

const safeMethods = ['GET', 'HEAD', 'OPTIONS'];

/** The host of a Host header without its port, in lower case. */
export function hostName(header: string): string {
  const bracketed = /^\[([^\]]+)\](:\d+)?$/.exec(header);
  if (bracketed !== null) return (bracketed[1] ?? '').toLowerCase();
  return header.replace(/:\d+$/, '').toLowerCase();
}

/**
 * Keeps foreign web pages out of a service on this machine: the Host header must be one of our names (a rebound DNS
 * name is none), and a write that a browser sends must come from a page of our own.
 */
export class SameSite {
  private readonly hosts: ReadonlySet<string>;
  private readonly origins: ReadonlySet<string>;

  constructor(config: Pick<ServiceConfig, 'host' | 'service' | 'allowedHosts' | 'allowedOrigins'>) {
    this.hosts = new Set(
      ['localhost', '127.0.0.1', '::1', config.host, config.service, ...config.allowedHosts].map((host) => host.toLowerCase()),
    );
    this.origins = new Set(config.allowedOrigins.map((origin) => origin.toLowerCase()));
  }

  /** Throws when the request must not be served. */
  check(method: string, host: string | undefined, origin: string | undefined): void {
    if (host === undefined || !this.hosts.has(hostName(host))) {
      throw new ProblemError({
        status: 421,
        code: 'DBR-HOST-NOT-ALLOWED',
        detail: `This service does not answer to the name "${host ?? ''}".`,
        fix: 'Use its own address, or add the name to DRAWBRIDGE_ALLOWED_HOSTS.',
      });
    }
    if (safeMethods.includes(method) || origin === undefined) return;
    if (this.origins.has(origin.toLowerCase()) || this.isOwn(origin, host)) return;
    throw new ProblemError({
      status: 403,
      code: 'DBR-ORIGIN-NOT-ALLOWED',
      detail: `A page of ${origin} may not send ${method} requests here.`,
      fix: 'Open the console at its own address, or add the origin to DRAWBRIDGE_ALLOWED_ORIGINS.',
    });
  }

  /** Same host and port; another port of this machine is another site. */
  private isOwn(origin: string, host: string): boolean {
    return URL.canParse(origin) && new URL(origin).host.toLowerCase() === host.toLowerCase();
  }
}
